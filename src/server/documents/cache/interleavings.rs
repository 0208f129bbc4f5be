//! Every order in which clients and renders can get in each other's way, one after another: in each,
//! a document is rendered once, everybody gets it, and nothing is left under way.
//!
//! Whatever shares state does so in single calls, so that an order of these calls is all there is to
//! an interleaving.

use super::*;

/// One run through one order. The same decisions lead to the same order, so each order is run from
/// the start.
struct Run {
    documents: Arc<Documents>,
    clients: Vec<Client>,
    makings: Vec<(Flight, Option<Outcome>, Progress)>,
    finished: usize,
    renders: usize,
    /// Renders that break off before one succeeds.
    failures: usize,
}

struct Client {
    coding: Coding,
    state: Asking,
}

enum Asking {
    NotYet,
    /// It looked into the cache, and it was not there.
    Missed,
    Waiting(watch::Receiver<Option<Outcome>>),
    Has(Outcome),
}

#[derive(Clone, Copy, PartialEq)]
enum Progress {
    Begun,
    Made,
    Unlisted,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    Client(usize),
    Flight(usize),
}

const TEXT: &[u8] = b"<rss/>";

impl Run {
    fn new(codings: &[Coding], failures: usize) -> Self {
        Run {
            documents: Documents::with_pool(1 << 20, Arc::default(), Pool::new(0, 0).unwrap()).unwrap(),
            clients: codings
                .iter()
                .map(|coding| Client {
                    coding: *coding,
                    state: Asking::NotYet,
                })
                .collect(),
            makings: Vec::new(),
            finished: 0,
            renders: 0,
            failures,
        }
    }

    /// Whatever can happen next.
    fn moves(&self) -> Vec<Move> {
        let asking = |client: &Client| match &client.state {
            Asking::NotYet | Asking::Missed => true,
            Asking::Waiting(outcome) => outcome.borrow().is_some(),
            Asking::Has(_) => false,
        };
        let clients = (0..self.clients.len()).filter(|number| asking(&self.clients[*number]));
        clients
            .map(Move::Client)
            .chain((0..self.makings.len()).map(Move::Flight))
            .collect()
    }

    fn go(&mut self, next: Move) {
        match next {
            Move::Client(number) => self.ask(number),
            Move::Flight(number) => self.make(number),
        }
    }

    fn ask(&mut self, number: usize) {
        let client = &mut self.clients[number];
        let key = (Digest::of(b"news"), client.coding);
        client.state = match &client.state {
            Asking::NotYet => self
                .documents
                .cache
                .get(&key)
                .map_or(Asking::Missed, |bytes| Asking::Has(Ok(bytes))),
            Asking::Missed => {
                let makings = &mut self.makings;
                let joined = self.documents.join_or(key, |flight| {
                    makings.push((flight, None, Progress::Begun));
                    Ok(())
                });
                joined.map_or_else(Asking::Has, Asking::Waiting)
            }
            Asking::Waiting(outcome) => Asking::Has(outcome.borrow().clone().unwrap()),
            Asking::Has(_) => unreachable!("it has what it wants"),
        };
    }

    fn make(&mut self, number: usize) {
        let (flight, made, progress) = &mut self.makings[number];
        match progress {
            Progress::Begun => {
                let (renders, failures) = (&mut self.renders, &mut self.failures);
                *made = Some(flight.make("/rss.xml", || {
                    if *failures > 0 {
                        *failures -= 1;
                        return None;
                    }
                    *renders += 1;
                    Some(TEXT.to_vec())
                }));
                *progress = Progress::Made;
            }
            Progress::Made => {
                flight.unlist();
                *progress = Progress::Unlisted;
            }
            Progress::Unlisted => {
                let (flight, made, _) = self.makings.remove(number);
                flight.tell(made.unwrap());
                self.finished += 1;
            }
        }
    }
}

/// Runs through every order; `judge` sees the end of each. Returns how many there are.
fn every_order(codings: &[Coding], failures: usize, judge: impl Fn(&Run)) -> usize {
    // Which of its possible moves each step takes; counted up like a number.
    let mut decisions: Vec<usize> = Vec::new();
    let mut orders = 0;
    loop {
        let mut run = Run::new(codings, failures);
        let mut choices = Vec::new();
        loop {
            let moves = run.moves();
            if moves.is_empty() {
                break;
            }
            let step = choices.len();
            let decision = decisions.get(step).copied().unwrap_or(0);
            choices.push((decision, moves.len()));
            run.go(moves[decision]);
        }
        judge(&run);
        orders += 1;
        // The last step that had another choice takes it; what followed starts anew.
        let Some(at) = choices.iter().rposition(|(taken, of)| taken + 1 < *of) else {
            return orders;
        };
        decisions = choices[..at].iter().map(|(taken, _)| *taken).collect();
        decisions.push(choices[at].0 + 1);
    }
}

fn nothing_is_left(run: &Run) {
    assert!(run.documents.in_flight().is_empty());
    assert!(run.makings.is_empty());
}

#[test]
fn in_every_order_a_document_is_rendered_once_and_everybody_gets_it() {
    let mut orders = 0;
    for codings in [
        &[Coding::Identity; 3][..],
        &[Coding::Gzip; 3],
        &[Coding::Gzip, Coding::Identity],
        &[Coding::Gzip, Coding::Brotli],
    ] {
        orders += every_order(codings, 0, |run| {
            nothing_is_left(run);
            assert_eq!(run.renders, 1, "{codings:?}");
            for client in &run.clients {
                let expected = client.coding.encode(TEXT).unwrap();
                assert!(matches!(&client.state, Asking::Has(Ok(bytes)) if *bytes == expected));
            }
        });
    }
    println!("{orders} orders");
    assert!(orders > 2_000, "{orders}");
}

#[test]
fn in_every_order_a_render_that_fails_is_told_to_those_who_waited_and_tried_again_for_others() {
    let orders = every_order(&[Coding::Gzip; 2], 1, |run| {
        nothing_is_left(run);
        let failed = |client: &&Client| matches!(client.state, Asking::Has(Err(Unavailable::Failed)));
        let failed = run.clients.iter().filter(failed).count();
        assert!(failed > 0);
        assert_eq!(run.renders, usize::from(failed < run.clients.len()));
        assert_eq!(run.finished, 1 + run.renders);
    });
    println!("{orders} orders");
}
