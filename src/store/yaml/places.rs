//! The places of all keys and values of a YAML file, as a tree. A path of text for each value would take memory by the depth and
//! the length of the keys above it, so that a small file could fill any memory. Parses nothing.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

/// Marks a step that is the number of an element of a list; the others are keys.
const ELEMENT: u32 = 1 << 31;

/// A key or an element, and its value. Files have at most a mebibyte, so that places fit.
#[derive(Debug, Clone)]
struct Node {
    parent: u32,
    /// The number of the key, or of the element.
    step: u32,
    key: (u32, u32),
    /// Where the value is; from after to, while there is none.
    value: (u32, u32),
}

/// The number of a node.
pub type NodeId = u32;

/// A step from a value to one below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A key of a map.
    Key(&'a str),
    /// An element of a list.
    Element(u32),
}

/// The places of keys and values.
#[derive(Debug, Clone, Default)]
pub struct Places {
    nodes: Vec<Node>,
    keys: Vec<Box<str>>,
    /// The nodes in the order of their parents and steps, once something was looked up.
    sorted: OnceLock<Vec<NodeId>>,
}

fn to_short(place: Range<usize>) -> (u32, u32) {
    let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (short(place.start), short(place.end))
}

fn from_short((from, to): (u32, u32)) -> Option<Range<usize>> {
    (from <= to).then_some(from as usize..to as usize)
}

/// Where nothing is: it ends before it begins.
const NOWHERE: (u32, u32) = (1, 0);

impl Places {
    /// True for a file without any value.
    pub fn is_empty(&self) -> bool {
        self.nodes.iter().all(|n| from_short(n.value).is_none())
    }

    /// Adds what a whole file is: the first node of all.
    pub fn add_root(&mut self) -> NodeId {
        self.add_node(Node {
            parent: 0,
            step: ELEMENT,
            key: NOWHERE,
            value: NOWHERE,
        })
    }

    /// Adds a key of a map, whose value comes next.
    pub fn add_key(&mut self, parent: NodeId, key: &str, place: Range<usize>) -> NodeId {
        let step = u32::try_from(self.keys.len()).unwrap_or(ELEMENT - 1);
        self.keys.push(key.into());
        self.add_node(Node {
            parent,
            step,
            key: to_short(place),
            value: NOWHERE,
        })
    }

    /// Adds an element of a list.
    pub fn add_element(&mut self, parent: NodeId, number: u32) -> NodeId {
        self.add_node(Node {
            parent,
            step: ELEMENT | number,
            key: NOWHERE,
            value: NOWHERE,
        })
    }

    fn add_node(&mut self, node: Node) -> NodeId {
        self.sorted.take();
        self.nodes.push(node);
        u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX)
    }

    /// Says where a value is.
    pub fn set_value(&mut self, node: NodeId, place: Range<usize>) {
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.value = to_short(place);
        }
    }

    /// Every node but the root, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = NodeId> + '_ {
        (1..self.nodes.len()).filter_map(|n| u32::try_from(n).ok())
    }

    /// Where the key of a node is; none for an element.
    pub fn key_of(&self, node: NodeId) -> Option<Range<usize>> {
        from_short(self.nodes.get(node as usize)?.key)
    }

    /// Where the value of a node is.
    pub fn value_of(&self, node: NodeId) -> Option<Range<usize>> {
        from_short(self.nodes.get(node as usize)?.value)
    }

    /// The steps from the root to a node.
    pub fn steps_to(&self, node: NodeId) -> Vec<Step<'_>> {
        let (mut steps, mut at) = (Vec::new(), node);
        while at != 0 {
            let Some(node) = self.nodes.get(at as usize) else {
                break;
            };
            steps.push(self.step_of(node.step));
            at = node.parent;
        }
        steps.reverse();
        steps
    }

    fn step_of(&self, step: u32) -> Step<'_> {
        match step & ELEMENT {
            0 => Step::Key(self.keys.get(step as usize).map_or("", |k| k)),
            _ => Step::Element(step & !ELEMENT),
        }
    }

    /// The path of a node, as in `lines[3].say.vi`.
    pub fn path_of(&self, node: NodeId) -> String {
        let mut path = String::new();
        for step in self.steps_to(node) {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path.push_str(&format!(".{key}")),
                Step::Element(number) => path.push_str(&format!("[{number}]")),
            }
        }
        path
    }

    /// The last node with this path. Keys may hold dots and brackets themselves.
    pub fn find(&self, path: &str) -> Option<NodeId> {
        self.find_below(0, path).filter(|_| !self.nodes.is_empty())
    }

    fn find_below(&self, at: NodeId, rest: &str) -> Option<NodeId> {
        if rest.is_empty() {
            return Some(at);
        }
        if let Some(inside) = rest.strip_prefix('[')
            && let Some((number, after)) = inside.split_once(']')
            && let Ok(number) = number.parse()
            && let Some(next) = self.find_child(at, Step::Element(number))
            && let Some(found) = self.find_below(next, after)
        {
            return Some(found);
        }
        let rest = if at == 0 {
            rest
        } else {
            rest.strip_prefix('.')?
        };
        let ends = rest.match_indices(['.', '[']).map(|(i, _)| i);
        ends.chain([rest.len()]).find_map(|end| {
            let next = self.find_child(at, Step::Key(&rest[..end]))?;
            self.find_below(next, &rest[end..])
        })
    }

    /// The last one below a node by this step.
    fn find_child(&self, parent: NodeId, step: Step<'_>) -> Option<NodeId> {
        let sorted = self.sorted.get_or_init(|| {
            let mut all: Vec<NodeId> = self.all().collect();
            all.sort_by(|a, b| self.order_of(*a, self.parent_and_step(*b)));
            all
        });
        let end = sorted.partition_point(|n| self.order_of(*n, (parent, step)).is_le());
        let last = *sorted.get(end.checked_sub(1)?)?;
        (self.order_of(last, (parent, step)).is_eq()).then_some(last)
    }

    fn parent_and_step(&self, node: NodeId) -> (NodeId, Step<'_>) {
        match self.nodes.get(node as usize) {
            Some(found) => (found.parent, self.step_of(found.step)),
            None => (0, Step::Element(0)),
        }
    }

    fn order_of(&self, node: NodeId, to: (NodeId, Step<'_>)) -> Ordering {
        let (parent, step) = self.parent_and_step(node);
        parent.cmp(&to.0).then_with(|| match (step, to.1) {
            (Step::Key(a), Step::Key(b)) => a.cmp(b),
            (Step::Element(a), Step::Element(b)) => a.cmp(&b),
            (Step::Key(_), Step::Element(_)) => Ordering::Less,
            (Step::Element(_), Step::Key(_)) => Ordering::Greater,
        })
    }

    /// Lets a key be found under another name.
    pub fn rename_key(&mut self, node: NodeId, name: &str) {
        let step = self.nodes.get(node as usize).map(|n| n.step & !ELEMENT);
        if let Some(key) = step.and_then(|s| self.keys.get_mut(s as usize)) {
            *key = name.into();
            self.sorted.take();
        }
    }
}

#[cfg(test)]
impl Places {
    /// How many bytes are kept.
    pub fn bytes_kept(&self) -> usize {
        let keys = self.keys.iter().map(|k| k.len() + size_of_val(k));
        self.nodes.len() * size_of::<Node>() + keys.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_found_by_its_path() {
        let mut places = Places::default();
        let root = places.add_root();
        let lines = places.add_key(root, "lines", 0..5);
        let first = places.add_element(lines, 0);
        let second = places.add_element(lines, 1);
        let say = places.add_key(second, "say", 7..10);
        let dotted = places.add_key(root, "a.b", 20..23);
        let below = places.add_key(dotted, "c[d]", 24..28);
        places.set_value(say, 12..15);
        for (path, node) in [
            ("lines", lines),
            ("lines[0]", first),
            ("lines[1]", second),
            ("lines[1].say", say),
            ("a.b", dotted),
            ("a.b.c[d]", below),
        ] {
            assert_eq!(places.find(path), Some(node), "{path}");
            assert_eq!(places.path_of(node), path);
        }
        for path in [
            "line",
            "lines[2]",
            "lines.say",
            "lines[1].sa",
            "a",
            "b",
            "lines[1]say",
        ] {
            assert_eq!(places.find(path), None, "{path}");
        }
        assert_eq!(
            (places.key_of(say), places.value_of(say)),
            (Some(7..10), Some(12..15))
        );
        assert_eq!(places.value_of(first), None);
        places.rename_key(say, "tell");
        assert_eq!(
            (places.find("lines[1].say"), places.find("lines[1].tell")),
            (None, Some(say))
        );
    }
}
