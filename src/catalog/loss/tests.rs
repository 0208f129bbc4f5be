use super::*;

const MS: fn(u64) -> Duration = Duration::from_millis;
const S: fn(u64) -> Duration = Duration::from_secs;

fn loss() -> Loss {
    let mut loss = Loss::default();
    loss.configure(LossSettings {
        settles: MS(200),
        hold: S(30),
        most_delay: S(2),
    });
    loss
}

/// A look at a folder by number, in which posts with these numbers are missing out of so many.
fn look(root: u64, posts: usize, missing: impl IntoIterator<Item = usize>) -> Observed {
    let missing: BTreeSet<Arc<str>> = missing.into_iter().map(|n| format!("{n:03}.md").into()).collect();
    Observed {
        root: Some((1, root)),
        posts,
        missing_posts: missing.len(),
        missing,
        new_posts: 0,
        has_arrivals: false,
    }
}

fn stale(loss: &Loss) -> Option<Stale> {
    loss.stale(|_| true)
}

#[test]
fn a_missing_file_is_gone_once_it_has_been_missing_for_a_moment() {
    let mut loss = loss();
    assert_eq!(loss.observe(MS(0), look(1, 20, [3])), Verdict::PutOff);
    assert_eq!(loss.next(), Some(MS(200)));
    assert_eq!(loss.observe(MS(199), look(1, 20, [3])), Verdict::PutOff);
    assert_eq!(loss.observe(MS(200), look(1, 20, [3])), Verdict::Gone);
    assert_eq!((loss.next(), stale(&loss)), (None, None));
    assert_eq!(
        loss.observe(MS(300), look(1, 19, [3])),
        Verdict::PutOff,
        "another time"
    );
    assert_eq!(
        loss.observe(MS(350), look(1, 20, [])),
        Verdict::Gone,
        "it is back"
    );
    assert_eq!(
        loss.observe(MS(400), look(1, 20, [3])),
        Verdict::PutOff,
        "it was there in between"
    );
}

#[test]
fn more_than_half_of_at_least_ten_posts_are_held_and_all_of_them_without_limit() {
    for (posts, missing, new_posts, held) in [
        (20, 10, 0, false),
        (20, 11, 0, true),
        (20, 11, 30, true),
        (12, 9, 0, false),
        (12, 10, 0, true),
        (2, 2, 0, true),
        (2, 2, 1, false),
        (1000, 1000, 0, true),
        (1000, 1000, 1, true),
    ] {
        let mut loss = loss();
        let look = Observed {
            new_posts,
            ..look(1, posts, 0..missing)
        };
        assert_eq!(loss.observe(S(0), look.clone()), Verdict::PutOff);
        let expected = if held { Verdict::Kept } else { Verdict::Gone };
        let case = format!("{missing} of {posts}, {new_posts} new");
        assert_eq!(loss.observe(MS(200), look.clone()), expected, "{case}");
        if !held {
            continue;
        }
        let is_everything = missing == posts && new_posts == 0;
        let expected = if is_everything {
            Verdict::Kept
        } else {
            Verdict::Gone
        };
        assert_eq!(loss.observe(S(31), look), expected, "{case}, after the hold");
    }
}

#[test]
fn files_that_are_not_posts_alarm_nobody() {
    let mut loss = loss();
    let records = Observed {
        missing_posts: 0,
        ..look(1, 20, 0..15)
    };
    assert_eq!(loss.observe(S(0), records.clone()), Verdict::PutOff);
    assert_eq!(loss.observe(S(1), records), Verdict::Gone);
}

#[test]
fn any_change_of_what_is_missing_starts_the_hold_again() {
    let mut loss = loss();
    loss.observe(S(0), look(1, 60, 0..50));
    assert_eq!(loss.observe(S(1), look(1, 60, 0..50)), Verdict::Kept);
    assert_eq!(loss.observe(S(20), look(1, 60, 0..52)), Verdict::Kept, "two more");
    assert_eq!(loss.next(), Some(S(50)));
    for second in 21..70 {
        let back = second as usize - 20;
        assert_eq!(
            loss.observe(S(second), look(1, 60, back..52)),
            Verdict::Kept,
            "{back} are back"
        );
    }
    assert_eq!(loss.observe(S(98), look(1, 60, 49..52)), Verdict::Kept);
    assert_eq!(stale(&loss), Some(Stale::Vanished { posts: 3 }));
    assert_eq!(loss.observe(S(99), look(1, 60, 49..52)), Verdict::Gone);
}

#[test]
fn a_file_found_by_a_look_at_a_part_starts_the_hold_again() {
    let mut loss = loss();
    loss.observe(S(0), look(1, 20, 0..15));
    loss.observe(S(1), look(1, 20, 0..15));
    loss.found(S(20), ["003.md".into()].iter(), false);
    assert_eq!(loss.next(), Some(S(50)));
    loss.found(S(25), ["unheard.md".into()].iter(), false);
    assert_eq!(loss.next(), Some(S(50)), "an edit elsewhere");
    loss.found(S(30), ["new.md".into()].iter(), true);
    assert_eq!(loss.next(), Some(S(60)), "somebody still copies");
    loss.found(S(40), look(1, 20, 0..15).missing.iter(), false);
    assert_eq!((loss.next(), stale(&loss)), (None, None), "all are back");
}

#[test]
fn a_new_root_is_believed_at_once_if_half_of_the_posts_stand_in_it() {
    let mut loss = loss();
    loss.observe(S(0), look(1, 60, []));
    assert_eq!(loss.observe(S(1), look(2, 60, 0..30)), Verdict::Gone);
    assert_eq!(loss.observe(S(2), look(3, 30, 0..16)), Verdict::Kept);
    assert_eq!(stale(&loss), Some(Stale::Refilling { posts: 16 }));
}

#[test]
fn a_new_root_that_is_being_filled_loses_nothing() {
    let mut loss = loss();
    loss.observe(S(0), look(1, 60, []));
    assert_eq!(loss.observe(S(1), look(2, 60, 0..60)), Verdict::Kept);
    assert_eq!(stale(&loss), Some(Stale::Empty { posts: 60 }));
    for back in 1..60 {
        let at = S(1 + 20 * back as u64);
        assert_eq!(
            loss.observe(at, look(2, 60, back..60)),
            Verdict::Kept,
            "{back} are back"
        );
    }
    assert_eq!(loss.observe(S(2000), look(2, 60, [])), Verdict::Gone);
    assert_eq!(stale(&loss), None);
}

#[test]
fn a_post_found_by_a_look_at_a_part_ends_the_loss_of_everything() {
    let mut loss = loss();
    loss.observe(S(0), look(1, 20, 0..20));
    loss.observe(S(1), look(1, 20, 0..20));
    assert_eq!(
        (stale(&loss), loss.next()),
        (Some(Stale::Empty { posts: 20 }), None)
    );
    loss.found(S(2), ["003.md".into()].iter(), false);
    assert_eq!(stale(&loss), Some(Stale::Vanished { posts: 19 }));
    assert_eq!(loss.next(), Some(S(32)));
}

#[test]
fn a_small_site_that_is_filled_again_loses_nothing_either() {
    let mut loss = loss();
    loss.observe(S(0), look(1, 3, []));
    assert_eq!(loss.observe(S(1), look(2, 3, 1..3)), Verdict::Kept);
    assert_eq!(loss.observe(S(2), look(2, 3, 2..3)), Verdict::Kept);
    assert_eq!(loss.observe(S(31), look(2, 3, 2..3)), Verdict::Kept);
    assert_eq!(
        loss.observe(S(32), look(2, 3, 2..3)),
        Verdict::Gone,
        "nothing came for 30 s"
    );
}

#[test]
fn new_posts_that_arrive_in_a_new_root_start_the_hold_again() {
    let mut loss = loss();
    loss.observe(S(0), look(1, 20, []));
    loss.observe(S(1), look(2, 20, 0..20));
    let other = |has_arrivals| Observed {
        new_posts: 5,
        has_arrivals,
        ..look(2, 20, 0..20)
    };
    assert_eq!(loss.observe(S(2), other(true)), Verdict::Kept);
    assert_eq!(loss.observe(S(30), other(true)), Verdict::Kept);
    assert_eq!(loss.observe(S(59), other(false)), Verdict::Kept);
    assert_eq!(loss.observe(S(60), other(false)), Verdict::Gone);
}

#[test]
fn a_root_that_was_away_is_as_good_as_new() {
    let mut loss = loss();
    loss.observe(S(0), look(1, 20, []));
    loss.root_is_away();
    assert_eq!(loss.next(), None);
    assert_eq!(loss.observe(S(1), look(1, 20, 0..12)), Verdict::Kept);
    assert_eq!(stale(&loss), Some(Stale::Refilling { posts: 12 }));
    loss.root_is_away();
    assert_eq!(loss.next(), None, "nothing is to be seen");
    assert_eq!(loss.observe(S(2), look(1, 20, [])), Verdict::Gone);
    loss.root_is_away();
    assert_eq!(
        loss.observe(S(3), look(1, 20, 0..2)),
        Verdict::Gone,
        "most are there"
    );
}

#[test]
fn unrest_longer_than_any_delay_publishes_nothing_as_gone() {
    let mut loss = loss();
    for tenth in 0..100 {
        let verdict = loss.observe(MS(tenth * 100), look(1, 1000, 0..=(tenth as usize)));
        let expected = if tenth < 20 {
            Verdict::PutOff
        } else {
            Verdict::Kept
        };
        assert_eq!(verdict, expected, "{tenth}");
    }
    assert_eq!(stale(&loss), None, "a few deletions under way are no trouble");
    assert_eq!(loss.observe(MS(10_200), look(1, 1000, 0..100)), Verdict::Gone);
}

#[test]
fn losses_one_by_one_are_summed_up() {
    let mut loss = loss();
    let mut at = Duration::ZERO;
    let mut gone = 0;
    for posts in (1..=40).rev() {
        loss.observe(at, look(1, posts, [posts]));
        at += MS(200);
        if loss.observe(at, look(1, posts, [posts])) != Verdict::Gone {
            break;
        }
        gone += 1;
        at += MS(200);
    }
    assert_eq!(gone, 20, "the first that makes it most of 40 is kept");
    assert_eq!(stale(&loss), Some(Stale::Vanished { posts: 1 }));
    let mut slow = self::loss();
    for posts in (1..=40).rev() {
        slow.observe(at, look(1, posts, [posts]));
        assert_eq!(slow.observe(at + MS(200), look(1, posts, [posts])), Verdict::Gone);
        at += S(10);
        if posts == 2 {
            break;
        }
    }
}

#[test]
fn an_accepted_loss_is_believed_whatever_it_is() {
    let mut loss = loss();
    loss.observe(S(0), look(1, 20, 0..20));
    loss.accept();
    assert!(loss.accepts_absence(true));
    assert_eq!(loss.observe(S(1), look(1, 20, 0..20)), Verdict::Gone);
    assert!(loss.may_be_empty() && !loss.accepts_absence(true));
    assert_eq!(
        loss.observe(S(2), look(1, 20, 0..20)),
        Verdict::PutOff,
        "only once"
    );
    loss.always_accept();
    assert!(loss.accepts_absence(false) && !loss.accepts_absence(true));
    assert_eq!(loss.observe(S(3), look(1, 20, 0..20)), Verdict::Gone);
    assert_eq!(loss.observe(S(4), look(1, 20, 0..20)), Verdict::Gone);
}

#[test]
fn without_a_hold_only_the_loss_of_everything_is_kept() {
    let mut loss = loss();
    loss.configure(LossSettings {
        hold: Duration::ZERO,
        ..loss.settings
    });
    loss.observe(S(0), look(1, 20, 0..19));
    assert_eq!(loss.observe(MS(200), look(1, 20, 0..19)), Verdict::Gone);
    loss.observe(S(1), look(1, 20, 0..20));
    assert_eq!(loss.observe(S(100), look(1, 20, 0..20)), Verdict::Kept);
}

#[test]
fn a_configuration_that_would_drop_most_posts_waits_like_a_loss() {
    let names = |count| look(1, 20, 0..count).missing;
    let mut loss = loss();
    assert_eq!(loss.observe_configuration(S(0), names(10), 20), Verdict::Gone);
    assert_eq!(loss.observe_configuration(S(0), names(2), 3), Verdict::Gone);
    assert_eq!(loss.observe_configuration(S(0), names(3), 3), Verdict::Kept);
    assert_eq!(loss.observe_configuration(S(1), names(11), 20), Verdict::Kept);
    assert_eq!(stale(&loss), Some(Stale::Configuration { posts: 11 }));
    assert_eq!(loss.next_configuration(), Some(S(31)));
    assert_eq!(
        loss.observe_configuration(S(20), names(12), 20),
        Verdict::Kept,
        "another one"
    );
    assert_eq!(loss.observe_configuration(S(49), names(12), 20), Verdict::Kept);
    assert_eq!(loss.observe_configuration(S(50), names(12), 20), Verdict::Gone);
    assert_eq!((stale(&loss), loss.next_configuration()), (None, None));
    assert_eq!(loss.observe_configuration(S(60), names(12), 20), Verdict::Kept);
    loss.keep_configuration();
    assert_eq!(stale(&loss), None, "it was taken back");
    assert_eq!(loss.observe_configuration(S(70), names(12), 20), Verdict::Kept);
    loss.accept();
    assert_eq!(loss.next_configuration(), Some(Duration::ZERO));
    assert_eq!(loss.observe_configuration(S(71), names(12), 20), Verdict::Gone);
    loss.accept();
    assert_eq!(
        loss.observe_configuration(S(72), names(12), 20),
        Verdict::Kept,
        "not the next one"
    );
}
