//! What changes by itself, and what is made ahead.

use chrono::{DateTime, TimeDelta, Utc};

use super::support::{Service, Site, xml};

fn titles(service: &Service) -> Vec<String> {
    xml::titles(service.get("/rss.xml").text())
}

#[test]
fn posts_come_and_go_at_their_second_and_no_copy_outlives_that() {
    let site = Site::new();
    let text = std::fs::read_to_string(site.config()).unwrap();
    std::fs::write(site.config(), text.replace("\"1s\"", "\"1h\"")).unwrap();
    let now = Utc::now();
    let moment = |seconds: i64| (now + TimeDelta::seconds(seconds)).to_rfc3339();
    site.post(
        "now.md",
        "Now",
        "2024-05-01",
        &format!("expiryDate: {}", moment(8)),
    );
    site.post("soon.md", "Soon", &moment(5), "");
    site.post(
        "held.md",
        "Held",
        "2024-05-02",
        &format!("publishDate: {}", moment(6)),
    );
    let service = Service::start(&site);
    let mut seen = vec![titles(&service)];
    let mut at = Vec::new();
    service.eventually("all have come and gone", || {
        let asked = Utc::now();
        let answer = service.get("/rss.xml");
        let next = [5, 6, 8]
            .map(|seconds| now + TimeDelta::seconds(seconds))
            .into_iter()
            .find(|moment| *moment > asked + TimeDelta::milliseconds(500));
        // Close to a change nobody can tell which side of it the answer is from.
        if let Some(next) = next {
            let lifetimes = answer.header("cache-control").unwrap().split([',', ' ']);
            let seconds: i64 = lifetimes
                .filter_map(|directive| directive.split_once('='))
                .filter(|(name, _)| *name != "stale-if-error")
                .map(|(_, value)| value.parse::<i64>().unwrap())
                .sum();
            assert!(
                asked + TimeDelta::seconds(seconds) <= next,
                "{answer:?}",
                answer = answer.header("cache-control")
            );
        }
        let titles = xml::titles(answer.text());
        if seen.last() != Some(&titles) {
            seen.push(titles);
            let since = |moment: DateTime<Utc>| (moment - now).num_milliseconds();
            at.push((since(asked), since(Utc::now())));
        }
        seen.len() == 4
    });
    let list = |titles: &[&str]| titles.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(seen[0], list(&["Now"]));
    assert_eq!(seen[1], list(&["Soon", "Now"]));
    assert_eq!(seen[2], list(&["Held", "Soon", "Now"]));
    assert_eq!(seen[3], list(&["Held", "Soon"]));
    for ((asked, answered), expected) in at.iter().zip([5_000, 6_000, 8_000]) {
        assert!(
            *answered >= expected && *asked < expected + 1_000,
            "{asked} to {answered} instead of {expected}"
        );
    }
}

#[test]
fn a_feed_that_is_polled_is_rendered_before_the_next_poll() {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "categories: [news]");
    let service = Service::start(&site);
    service.get_with("/rss.xml", &[("accept-encoding", "gzip")]);
    let renders = || service.metric("newswire_renders_total");
    let before = renders();
    site.post("b.md", "B", "2024-05-02", "categories: [news]");
    service.eventually("it is rendered, and nothing else is", || renders() > before + 0.5);
    assert!(renders() < before + 1.5);
    let hits = service.metric("newswire_cache_hits_total");
    service.get_with("/rss.xml", &[("accept-encoding", "gzip")]);
    assert!(service.metric("newswire_cache_hits_total") > hits + 0.5);
}
