//! The source as text: files, what they import, how long their functions are. It knows no rule about any of it, and it
//! relies on the code being formatted (`cargo fmt --check` runs before the tests in CI).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// One file under `src`, without its inline tests.
pub struct SourceFile {
    /// The path from the root of the project, such as `src/domain/base/time.rs`.
    pub path: String,
    /// The module, such as `domain::base::time`; a `mod.rs` has the module of its folder.
    pub module: String,
    /// All lines; those of inline tests are empty, so that each line keeps its number.
    pub lines: Vec<String>,
    /// How many lines it has, without its inline tests.
    pub length: usize,
}

/// A function and how many lines it takes, from its `fn` to its closing brace.
pub struct Function {
    pub place: String,
    pub name: String,
    pub lines: usize,
}

fn collect_rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// True for a file that holds only tests of the file or folder beside it.
fn is_test_file(path: &str) -> bool {
    path.ends_with("_tests.rs")
        || path.ends_with("/tests.rs")
        || path.contains("/tests/")
        || path.starts_with("src/testing/")
}

/// The lines of a file, with none for those of each item under `#[cfg(test)]`: from the attribute to the closing brace or
/// semicolon at the same depth.
fn without_inline_tests(text: &str) -> Vec<Option<String>> {
    let mut lines = Vec::new();
    let mut closing: Option<String> = None;
    for line in text.lines() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let is_test = line.trim_start() == "#[cfg(test)]";
        if is_test {
            closing = Some(format!("{indent}}}"));
        }
        lines.push(closing.is_none().then(|| line.to_owned()));
        let is_first_depth = closing
            .as_ref()
            .is_some_and(|c| c.len() == indent.len() + 1);
        if is_first_depth && !is_test {
            let is_attribute = line.trim_start().starts_with(['#', '/']);
            let is_end = closing.as_deref() == Some(line) || line.ends_with([';', ',']);
            if is_end && !is_attribute || line.ends_with("{}") {
                closing = None;
            }
        }
    }
    lines
}

#[test]
fn code_after_inline_tests_is_read() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\nfn b() {}\n#[cfg(test)]\n#[path = \"c.rs\"]\n\
        mod c;\nstruct S {\n    #[cfg(test)]\n    hidden: u8,\n    seen: u8,\n}\n";
    let lines = without_inline_tests(text);
    let kept: Vec<(usize, &str)> = lines
        .iter()
        .enumerate()
        .filter_map(|(i, l)| Some((i + 1, l.as_deref()?.trim_start())))
        .collect();
    let wanted = [
        (1, "fn a() {}"),
        (6, "fn b() {}"),
        (10, "struct S {"),
        (13, "seen: u8,"),
        (14, "}"),
    ];
    assert_eq!(kept, wanted);
}

/// Every file under `src`, in the order of its path; files of tests are left out.
pub static FILES: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect_rust_files(&root.join("src"), &mut paths);
    paths.sort();
    let mut files = Vec::new();
    for file in paths {
        let path = file.strip_prefix(root).unwrap().display().to_string();
        if is_test_file(&path) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let lines = without_inline_tests(&text);
        let module = path.trim_start_matches("src/").trim_end_matches(".rs");
        let module = module.strip_suffix("/mod").unwrap_or(module);
        files.push(SourceFile {
            module: module.replace('/', "::"),
            length: lines.iter().flatten().count(),
            lines: lines.into_iter().map(Option::unwrap_or_default).collect(),
            path,
        });
    }
    files
});

impl SourceFile {
    /// The top-level room: `domain`, `check`, ...; `main` and `lib` are rooms of one file.
    pub fn room(&self) -> &str {
        self.module.split("::").next().unwrap()
    }

    /// The room inside the room, if the file lies in one.
    pub fn inner_room(&self) -> Option<&str> {
        let mut parts = self.module.split("::").skip(1);
        let inner = parts.next()?;
        (parts.next().is_some() || self.path.ends_with("/mod.rs")).then_some(inner)
    }

    /// The code without comment lines, with the number of each line from 1.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.lines.iter().enumerate();
        lines
            .filter(|(_, l)| !l.trim_start().starts_with("//"))
            .map(|(i, l)| (i + 1, l.as_str()))
    }

    /// The modules that this file names by a whole path (`crate::...`), itself apart.
    pub fn imports(&self) -> BTreeSet<&'static str> {
        static PATH: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"crate::([\w:]*\w)(?:::\{([^{}]*)\})?").unwrap());
        let text: String = self.code().map(|(_, l)| format!("{l}\n")).collect();
        let mut found = BTreeSet::new();
        for path in PATH.captures_iter(&text) {
            let group = path.get(2).map_or("", |g| g.as_str());
            for leaf in group.split(',') {
                let leaf = leaf.trim().split(' ').next().unwrap();
                let module = module_of(&format!("{}::{leaf}", &path[1]));
                found.extend(module.filter(|m| *m != self.module));
            }
        }
        found
    }

    /// Its functions, methods and closures' hosts, nested ones too.
    pub fn functions(&self) -> Vec<Function> {
        static HEAD: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^( *)(?:pub(?:\([a-z]+\))? )?(?:const )?(?:async )?fn (\w+)").unwrap()
        });
        let mut functions = Vec::new();
        for (start, line) in self.lines.iter().enumerate() {
            let Some(head) = HEAD.captures(line) else {
                continue;
            };
            let (indent, name) = (&head[1], head[2].to_owned());
            let closing = format!("{indent}}}");
            let rest = self.lines[start..].iter();
            let opening = rest.clone().find(|l| l.ends_with(['{', ';', '}']));
            if opening.is_some_and(|l| l.ends_with(';')) {
                continue; // a method that a trait only names
            }
            let end = if line.ends_with('}') {
                Some(0)
            } else {
                rest.clone().position(|l| *l == closing)
            };
            let end = end.unwrap_or_else(|| panic!("{}:{}: no end", self.path, start + 1));
            functions.push(Function {
                place: format!("{}:{}", self.path, start + 1),
                name,
                lines: end + 1,
            });
        }
        functions
    }
}

/// The module that a path leads into: `domain::base::time::At` leads into `domain::base::time`.
fn module_of(path: &str) -> Option<&'static str> {
    static MODULES: LazyLock<BTreeMap<&str, ()>> =
        LazyLock::new(|| FILES.iter().map(|f| (f.module.as_str(), ())).collect());
    let mut path = path;
    loop {
        if let Some((module, ())) = MODULES.get_key_value(path) {
            return Some(module);
        }
        path = path.rsplit_once("::")?.0;
    }
}
