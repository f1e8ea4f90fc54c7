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
    /// The lines before `#[cfg(test)]`.
    pub lines: Vec<String>,
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
        let lines = text.lines().take_while(|l| *l != "#[cfg(test)]");
        let module = path.trim_start_matches("src/").trim_end_matches(".rs");
        let module = module.strip_suffix("/mod").unwrap_or(module);
        files.push(SourceFile {
            module: module.replace('/', "::"),
            lines: lines.map(str::to_owned).collect(),
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
