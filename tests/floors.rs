//! The table of floors in `src/lib.rs`, held against what every file imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Floor of the fronts, none of which imports another.
const FRONTS: u8 = 5;

/// Floors by module, as the table at the head of a file has them.
fn floors(file: &Path) -> BTreeMap<String, u8> {
    let head = fs::read_to_string(file).unwrap();
    let rows = head.lines().filter_map(|line| line.strip_prefix("//! | "));
    let cells = rows.filter_map(|row| row.split_once(" | "));
    let floors: BTreeMap<_, _> = cells
        .filter_map(|(floor, rest)| {
            let module = rest.split_once("`]")?.0.strip_prefix("[`")?;
            Some((module.to_owned(), floor.parse().ok()?))
        })
        .collect();
    let modules = head.lines().filter_map(|line| {
        let declared = line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("pub(crate) mod "));
        declared.or_else(|| line.strip_prefix("mod "))?.strip_suffix(';')
    });
    let modules = modules.filter(|module| *module != "testing");
    assert_eq!(modules.map(str::to_owned).collect::<BTreeSet<_>>(), floors.keys().cloned().collect());
    floors
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, own): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let inner = folders.iter().filter(|folder| !folder.ends_with("tests")).flat_map(|folder| files(folder));
    own.into_iter().filter(|file| file.extension().is_some_and(|end| end == "rs")).chain(inner).collect()
}

/// Modules below `parent` that a file names, without what only its tests need.
fn imports(text: &str, parent: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let after = code.split(parent).skip(1);
    after.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

/// Files of a module, tests left out.
fn files_of(root: &Path, module: &str) -> Vec<PathBuf> {
    let folder = root.join(module);
    let files = if folder.is_dir() { files(&folder) } else { vec![root.join(format!("{module}.rs"))] };
    files.into_iter().filter(|file| !file.ends_with("tests.rs")).collect()
}

#[test]
fn rooms_of_the_screen_import_only_what_is_below_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui");
    let floors = floors(&root.join("mod.rs"));
    let mut seen = 0;
    for (room, floor) in &floors {
        for file in files_of(&root, room) {
            for used in imports(&fs::read_to_string(&file).unwrap(), "crate::tui::") {
                let Some(below) = floors.get(&used).filter(|_| used != *room) else { continue };
                assert!(below < floor, "{} imports {used}, which is not below it", file.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "the imports are found");
}

#[test]
fn no_folder_of_the_screen_is_too_full_to_look_around_in() {
    fn look(folder: &Path) {
        let entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        let files = entries.iter().filter(|path| path.is_file()).count();
        assert!(files <= 16, "{} holds {files} files", folder.display());
        entries.iter().filter(|path| path.is_dir()).for_each(|folder| look(folder));
    }
    look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui"));
}

#[test]
fn nothing_imports_upward_and_there_are_no_circles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let floors = floors(&root.join("lib.rs"));
    let mut beside: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut seen = 0;
    for (module, floor) in &floors {
        for file in files_of(&root, module) {
            for used in imports(&fs::read_to_string(&file).unwrap(), "crate::") {
                let Some(below) = floors.get(&used).filter(|_| used != *module) else { continue };
                assert!(below <= floor, "{} imports {used}, which is above it", file.display());
                assert!(*floor != FRONTS || below < floor, "{} imports {used}, another front", file.display());
                seen += 1;
                if below == floor {
                    beside.entry(module).or_default().insert(used);
                }
            }
        }
    }
    assert!(seen > 100, "the imports are found");
    for module in floors.keys() {
        let (mut reached, mut next) = (BTreeSet::new(), vec![module.as_str()]);
        while let Some(at) = next.pop() {
            for used in beside.get(at).into_iter().flatten() {
                assert_ne!(used, module, "{module} and {at} import each other");
                if reached.insert(used.as_str()) {
                    next.push(used);
                }
            }
        }
    }
}

/// Ways to what a back-end can do: the methods of the trait `Backend` that lead to one of its abilities.
fn abilities(root: &Path) -> Vec<String> {
    let text = fs::read_to_string(root.join("backend/mod.rs")).unwrap();
    let (_, methods) = text.split_once("pub trait Backend").unwrap();
    let methods = methods.lines().take_while(|line| *line != "}").filter(|line| line.contains("dyn "));
    methods.filter_map(|line| Some(line.trim().strip_prefix("fn ")?.split_once('(')?.0.to_owned())).collect()
}

#[test]
fn only_flows_call_a_back_end() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let abilities = abilities(&root);
    assert!(abilities.len() > 5, "{abilities:?}");
    let called = |folder: &str| -> Vec<String> {
        let files = files(&root.join(folder)).into_iter();
        let calls = files.flat_map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let code: String = text.split_whitespace().collect();
            let of = |ability: &String| {
                let call = |handle| code.contains(&format!("backend{handle}.{ability}()"));
                ["", ".as_ref()", "()"].into_iter().any(call).then(|| format!("{}: {ability}", file.display()))
            };
            abilities.iter().filter_map(of).collect::<Vec<_>>()
        });
        calls.collect()
    };
    assert!(called("flow").len() >= abilities.len() - 1, "the calls are found: {:?}", called("flow"));
    for module in
        floors(&root.join("lib.rs")).into_keys().filter(|module| !["flow", "backend"].contains(&module.as_str()))
    {
        if root.join(&module).is_dir() {
            assert_eq!(called(&module), [""; 0]);
        }
    }
}
