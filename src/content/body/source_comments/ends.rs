//! Where things end, at a cost that is linear in the text.

/// Where things end in a text. What is searched in vain, or again and again, must not cost the text's
/// length each time.
pub(super) struct Ends<'a> {
    pub(super) text: &'a str,
    /// For each mark: from where it was searched last, and where it was found.
    known: Vec<(&'static str, usize, Option<usize>)>,
    /// How many bytes may still be searched for ends that nest.
    budget: usize,
}

impl<'a> Ends<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Ends {
            text,
            known: Vec::new(),
            budget: 8 * text.len() + 4096,
        }
    }

    /// Where a mark stands first from a place on.
    pub(super) fn find(&mut self, mark: &'static str, from: usize) -> Option<usize> {
        let place = self.known.iter().position(|(own, _, _)| *own == mark);
        if let Some((_, since, found)) = place.and_then(|place| self.known.get(place))
            && *since <= from
            && found.is_none_or(|found| from <= found)
        {
            return *found;
        }
        let found = self.text.get(from..)?.find(mark).map(|at| from + at);
        match place.and_then(|place| self.known.get_mut(place)) {
            Some(known) => *known = (mark, from, found),
            None => self.known.push((mark, from, found)),
        }
        found
    }

    /// Where the text goes on after a mark that stands first from a place on.
    pub(super) fn after(&mut self, mark: &'static str, from: usize) -> Option<usize> {
        self.find(mark, from).map(|at| at + mark.len())
    }

    /// Where a span of code ends that starts with so many backticks: in its paragraph.
    pub(super) fn code_span(&mut self, at: usize, width: usize) -> Option<usize> {
        let rest = self.text.get(at + width..)?;
        let mut length = 0;
        for (number, line) in rest.split_inclusive('\n').enumerate() {
            if self.budget < length || number > 0 && line.trim().is_empty() {
                break;
            }
            let mut from = 0;
            while let Some(run) = line[from..].find('`').map(|run| from + run) {
                let own = line[run..].len() - line[run..].trim_start_matches('`').len();
                if own == width {
                    return Some(at + width + length + run + own);
                }
                from = run + own;
            }
            length += line.len();
        }
        self.budget = self.budget.saturating_sub(length);
        None
    }

    /// Whether so many bytes more may be searched for an end that nests.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        self.budget = self.budget.saturating_sub(bytes);
        self.budget > 0
    }

    /// Whether nothing more may be searched.
    pub(super) fn is_spent(&self) -> bool {
        self.budget == 0
    }
}
