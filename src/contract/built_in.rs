//! Contracts that come with the program.

use std::sync::LazyLock;

use super::Contract;
use crate::domain::ToolName;

/// Names and texts, one file a tool.
pub(super) const FILES: &[(&str, &str)] = &[
    ("asana/me_get.toml", include_str!("../../assets/contracts/asana/me_get.toml")),
    ("asana/project_create.toml", include_str!("../../assets/contracts/asana/project_create.toml")),
    ("asana/project_get.toml", include_str!("../../assets/contracts/asana/project_get.toml")),
    ("asana/project_tasks_list.toml", include_str!("../../assets/contracts/asana/project_tasks_list.toml")),
    ("asana/projects_list.toml", include_str!("../../assets/contracts/asana/projects_list.toml")),
    ("asana/section_add_task.toml", include_str!("../../assets/contracts/asana/section_add_task.toml")),
    ("asana/sections_list.toml", include_str!("../../assets/contracts/asana/sections_list.toml")),
    ("asana/story_create.toml", include_str!("../../assets/contracts/asana/story_create.toml")),
    ("asana/subtask_create.toml", include_str!("../../assets/contracts/asana/subtask_create.toml")),
    ("asana/tags_list.toml", include_str!("../../assets/contracts/asana/tags_list.toml")),
    ("asana/task_create.toml", include_str!("../../assets/contracts/asana/task_create.toml")),
    ("asana/task_delete.toml", include_str!("../../assets/contracts/asana/task_delete.toml")),
    ("asana/task_get.toml", include_str!("../../assets/contracts/asana/task_get.toml")),
    ("asana/task_search.toml", include_str!("../../assets/contracts/asana/task_search.toml")),
    ("asana/task_stories_list.toml", include_str!("../../assets/contracts/asana/task_stories_list.toml")),
    ("asana/task_subtasks_list.toml", include_str!("../../assets/contracts/asana/task_subtasks_list.toml")),
    ("asana/task_update.toml", include_str!("../../assets/contracts/asana/task_update.toml")),
    ("asana/tasks_list.toml", include_str!("../../assets/contracts/asana/tasks_list.toml")),
    ("asana/user_get.toml", include_str!("../../assets/contracts/asana/user_get.toml")),
    ("asana/users_list.toml", include_str!("../../assets/contracts/asana/users_list.toml")),
    ("asana/workspaces_list.toml", include_str!("../../assets/contracts/asana/workspaces_list.toml")),
    ("github/issue_comment_create.toml", include_str!("../../assets/contracts/github/issue_comment_create.toml")),
    ("github/issue_create.toml", include_str!("../../assets/contracts/github/issue_create.toml")),
    ("github/issue_get.toml", include_str!("../../assets/contracts/github/issue_get.toml")),
    ("github/issues_list.toml", include_str!("../../assets/contracts/github/issues_list.toml")),
    ("github/repo_get.toml", include_str!("../../assets/contracts/github/repo_get.toml")),
    ("github/user_get_authenticated.toml", include_str!("../../assets/contracts/github/user_get_authenticated.toml")),
    ("github/user_repos_list.toml", include_str!("../../assets/contracts/github/user_repos_list.toml")),
    ("linear/attachment_create.toml", include_str!("../../assets/contracts/linear/attachment_create.toml")),
    ("linear/comment_create.toml", include_str!("../../assets/contracts/linear/comment_create.toml")),
    ("linear/comments_list.toml", include_str!("../../assets/contracts/linear/comments_list.toml")),
    ("linear/cycles_list.toml", include_str!("../../assets/contracts/linear/cycles_list.toml")),
    ("linear/file_upload.toml", include_str!("../../assets/contracts/linear/file_upload.toml")),
    ("linear/issue_archive.toml", include_str!("../../assets/contracts/linear/issue_archive.toml")),
    ("linear/issue_create.toml", include_str!("../../assets/contracts/linear/issue_create.toml")),
    ("linear/issue_delete.toml", include_str!("../../assets/contracts/linear/issue_delete.toml")),
    ("linear/issue_get.toml", include_str!("../../assets/contracts/linear/issue_get.toml")),
    ("linear/issue_relation_create.toml", include_str!("../../assets/contracts/linear/issue_relation_create.toml")),
    ("linear/issue_relations_list.toml", include_str!("../../assets/contracts/linear/issue_relations_list.toml")),
    ("linear/issue_search.toml", include_str!("../../assets/contracts/linear/issue_search.toml")),
    ("linear/issue_update.toml", include_str!("../../assets/contracts/linear/issue_update.toml")),
    ("linear/issues_list.toml", include_str!("../../assets/contracts/linear/issues_list.toml")),
    ("linear/labels_list.toml", include_str!("../../assets/contracts/linear/labels_list.toml")),
    ("linear/project_create.toml", include_str!("../../assets/contracts/linear/project_create.toml")),
    ("linear/project_get.toml", include_str!("../../assets/contracts/linear/project_get.toml")),
    ("linear/projects_list.toml", include_str!("../../assets/contracts/linear/projects_list.toml")),
    ("linear/team_get.toml", include_str!("../../assets/contracts/linear/team_get.toml")),
    ("linear/teams_list.toml", include_str!("../../assets/contracts/linear/teams_list.toml")),
    ("linear/user_get.toml", include_str!("../../assets/contracts/linear/user_get.toml")),
    ("linear/users_list.toml", include_str!("../../assets/contracts/linear/users_list.toml")),
    ("linear/viewer_get.toml", include_str!("../../assets/contracts/linear/viewer_get.toml")),
    ("linear/workflow_states_list.toml", include_str!("../../assets/contracts/linear/workflow_states_list.toml")),
];

static PARSED: LazyLock<Vec<Contract>> = LazyLock::new(|| {
    // A test holds that each of them can be read.
    FILES.iter().filter_map(|(file, text)| Contract::parse(text, file).ok()).collect()
});

/// The contracts that come with the program.
pub fn built_in() -> &'static [Contract] {
    &PARSED
}

/// File of a contract that comes with the program, by the name of its tool.
pub fn built_in_text(name: &ToolName) -> Option<&'static str> {
    let file = built_in().iter().find(|contract| contract.name() == name)?.file();
    FILES.iter().find(|(known, _)| *known == file.raw()).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::domain::{ToolEffect, ToolOrigin};
    use crate::identity::{IdentityTable, Lookup};

    #[test]
    fn every_file_counts_and_is_in_the_table() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/contracts");
        let mut found = BTreeSet::new();
        for folder in fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()) {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let file = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).unwrap();
                let contract = Contract::parse(&text, &file).unwrap_or_else(|problems| panic!("{file}: {problems:#?}"));
                let (provider, tool) = file.strip_suffix(".toml").unwrap().split_once('/').unwrap();
                assert_eq!(contract.name().raw(), format!("{provider}_{tool}"));
                assert_eq!(contract.provider().raw(), provider.to_uppercase());
                assert!(FILES.contains(&(file.as_str(), text.as_str())), "{file} is not in the table");
                assert!(built_in_text(contract.name()).is_some_and(|known| known == text));
                found.insert(file);
            }
        }
        assert_eq!((found.len(), built_in().len()), (FILES.len(), FILES.len()));
    }

    #[test]
    fn names_say_what_contracts_do() {
        for contract in built_in() {
            let guess = ToolEffect::from_name(contract.name().raw());
            assert!([contract.effect(), ToolEffect::Unknown].contains(&guess), "{} is {guess:?}", contract.name());
            let tool = contract.tool(None);
            assert_eq!(tool.origin, ToolOrigin::Contract(contract.file().clone()));
        }
    }

    #[test]
    fn the_tools_that_ask_who_an_account_is_are_among_them() {
        let table = IdentityTable::built_in();
        for provider in ["LINEAR", "ASANA", "GITHUB"] {
            let call = table.get(&provider.into()).unwrap();
            let Lookup::Tool { name, .. } = &call.lookup else { panic!("{provider} names a path") };
            assert!(built_in().iter().any(|contract| contract.name() == name), "{name}");
        }
    }
}
