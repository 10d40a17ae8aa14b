//! Files of contracts: a person's own and a project's, read again when they change.

use std::fs;
use std::path::Path;

use jackfield::testing::flow::contracts::{ContractFolder, ContractLibrary};
use jackfield::testing::profile::FolderTrust;

fn contract(name: &str, path: &str) -> String {
    format!(
        "name = '{name}'\ndescription = 'Does it.'\nprovider = 'ACME'\neffect = 'reads'\n[request]\nmethod = 'GET'\npath = '{path}'\n"
    )
}

fn write(folder: &Path, file: &str, text: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join(file), text).unwrap();
}

fn own(library: &ContractLibrary) -> Vec<(ContractFolder, String)> {
    let shelf = library.current();
    let own = shelf.contracts.iter().filter(|(folder, _)| *folder != ContractFolder::BuiltIn);
    own.map(|(folder, contract)| (*folder, contract.name().raw().to_owned())).collect()
}

#[test]
fn a_broken_file_breaks_only_itself_and_a_changed_one_is_read_again() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("contracts");
    write(&folder, "a.toml", &contract("acme_a", "/a"));
    write(&folder, "b.toml", "name = 'acme_b'\n");
    write(&folder, "c.toml", &contract("acme_a", "/c"));
    write(&folder, "notes.txt", "nothing");
    let library = ContractLibrary::new(Some(root.path().to_owned()), None);
    assert_eq!(own(&library), [(ContractFolder::Settings, "acme_a".to_owned())]);
    let shelf = library.current();
    let said: Vec<_> = shelf.problems.iter().map(|found| format!("{}: {}", found.file, found.problem)).collect();
    assert!(said[0].starts_with("b.toml: ") && said[0].contains("description"), "{said:?}");
    assert!(said[1].starts_with("c.toml: a.toml has the same name"), "{said:?}");
    assert!(std::sync::Arc::ptr_eq(&shelf, &library.current()), "nothing has changed");
    write(&folder, "b.toml", &contract("acme_b", "/b"));
    fs::remove_file(folder.join("c.toml")).unwrap();
    assert_eq!(own(&library).len(), 2);
    assert!(library.current().problems.is_empty());
}

#[test]
fn a_projects_contracts_are_used_once_they_are_agreed_to_as_they_are() {
    let root = tempfile::tempdir().unwrap();
    let (project, state) = (root.path().join("project"), root.path().join("state"));
    let folder = project.join(".jackfield/contracts");
    write(&folder, "a.toml", &contract("acme_a", "/a"));
    let library = || ContractLibrary::new(None, Some(FolderTrust::new(Some(project.clone()), &state)));
    let question = library().current().question.clone().unwrap();
    assert_eq!((own(&library()), question.agreed), (Vec::new(), None));
    assert_eq!(question.files, [".jackfield/a.toml".into()]);
    let first = library();
    first.answer(&question, true).unwrap();
    assert_eq!(own(&first), [(ContractFolder::Project, "acme_a".to_owned())]);
    assert_eq!(own(&library()).len(), 1, "the answer is kept");
    write(&folder, "a.toml", &contract("acme_a", "/elsewhere"));
    assert_eq!((own(&first).len(), first.current().question.as_ref().unwrap().agreed), (0, None), "another content");
    first.answer(first.current().question.as_ref().unwrap(), false).unwrap();
    assert_eq!(library().current().question.as_ref().unwrap().agreed, Some(false));
    write(&folder, "a.toml", &contract("acme_a", "/a"));
    assert_eq!(own(&library()).len(), 1, "what was agreed to is back");
}

#[test]
fn what_is_nearer_takes_the_place_of_what_is_farther() {
    let root = tempfile::tempdir().unwrap();
    let (config, project) = (root.path().join("config"), root.path().join("project"));
    write(&config.join("contracts"), "x.toml", &contract("acme_x", "/own"));
    write(&project.join(".jackfield/contracts"), "x.toml", &contract("acme_x", "/project"));
    let viewer = contract("linear_viewer_get", "/me").replace("ACME", "linear");
    write(&config.join("contracts"), "viewer.toml", &viewer);
    let trust = FolderTrust::new(Some(project), &root.path().join("state"));
    let library = ContractLibrary::new(Some(config), Some(trust));
    let question = library.current().question.clone().unwrap();
    library.answer(&question, true).unwrap();
    let shelf = library.current();
    let found =
        |name: &str| shelf.contracts.iter().filter(|(_, contract)| contract.name().raw() == name).collect::<Vec<_>>();
    assert_eq!((found("acme_x").len(), found("acme_x")[0].0), (1, ContractFolder::Project));
    assert_eq!((found("linear_viewer_get").len(), found("linear_viewer_get")[0].0), (1, ContractFolder::Settings));
}

#[tokio::test]
async fn an_environment_tells_what_is_broken_and_what_is_still_to_be_asked() {
    use jackfield::testing::flow::environment::Opened;
    use jackfield::testing::profile::Source;

    let root = tempfile::tempdir().unwrap();
    let (config, project) = (root.path().join("config"), root.path().join("project"));
    write(&config.join("contracts"), "bad.toml", "name = 1");
    write(&project.join(".jackfield/contracts"), "a.toml", &contract("acme_a", "/a"));
    let trust = FolderTrust::new(Some(project), &root.path().join("state"));
    let world = super::world::World::new("world", "http://127.0.0.1:9");
    let opened = Opened::new(std::sync::Arc::new(world), Source::Local);
    let opened = opened.with_contracts(ContractLibrary::new(Some(config), Some(trust)));
    let found = opened.project_files().await.unwrap();
    assert!(!found.broken.is_empty() && found.broken.iter().all(|text| text.starts_with("Contract bad.toml, ")));
    let question = found.question.unwrap();
    assert_eq!(question.files(), ["contracts/a.toml".into()]);
    assert!(question.folder().ends_with("/project/.jackfield"));
    opened.answer_project(question, false).await.unwrap();
    assert_eq!(opened.project_files().await.unwrap().question, None, "asked once");
}
