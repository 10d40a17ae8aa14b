//! Which tools an identifier may call.

use serde_json::{Value, json};

use super::Env;

fn names(list: &Value) -> Vec<&str> {
    let rows = list["tools"].as_array().expect("rows");
    rows.iter().map(|row| row["tool"]["definition"]["name"].as_str().unwrap()).collect()
}

/// Asana's tools, in the order in which they are listed.
pub const ASANA: [&str; 28] = [
    "asana_me_get",
    "asana_projects_list",
    "asana_tasks_list",
    "asana_task_create",
    "asana_task_get",
    "asana_task_delete",
    "asana_task_update",
    "asana_task_search",
    "asana_subtask_create",
    "asana_task_subtasks_list",
    "asana_task_add_followers",
    "asana_task_add_project",
    "asana_task_remove_project",
    "asana_story_create",
    "asana_task_stories_list",
    "asana_workspaces_list",
    "asana_workspace_teams_list",
    "asana_users_list",
    "asana_user_get",
    "asana_typeahead_search",
    "asana_team_projects_list",
    "asana_project_get",
    "asana_project_create",
    "asana_project_tasks_list",
    "asana_sections_list",
    "asana_section_create",
    "asana_section_tasks_list",
    "asana_section_add_task",
];

const LINEAR: [&str; 26] = [
    "linear_viewer_get",
    "linear_issues_list",
    "linear_issue_create",
    "linear_issue_get",
    "linear_issue_search",
    "linear_issue_update",
    "linear_comment_create",
    "linear_issue_relation_create",
    "linear_teams_list",
    "linear_team_get",
    "linear_users_list",
    "linear_user_get",
    "linear_workflow_states_list",
    "linear_labels_list",
    "linear_projects_list",
    "linear_project_get",
    "linear_comments_list",
    "linear_comment_get",
    "linear_comment_update",
    "linear_comment_delete",
    "linear_issue_relations_list",
    "linear_issue_relation_delete",
    "linear_issue_archive",
    "linear_issue_unarchive",
    "linear_issue_delete",
    "linear_graphql_query",
];

#[tokio::test]
async fn tools_come_nested_with_account_and_definition() {
    let env = Env::start().await;
    let account = env.account("asana", "ada@acme.dev").await;
    let query = [("identifier", "ada@acme.dev"), ("filter.connection_names", "asana"), ("page_size", "100")];
    let list = env.get("tools/scoped", &query).await.json();
    assert_eq!(names(&list), ASANA);
    let row = &list["tools"][3];
    assert_eq!((&row["identifier"], &row["connected_account_id"]), (&json!("ada@acme.dev"), &account["id"]));
    let tool = &row["tool"];
    assert!(tool["id"].as_str().unwrap().starts_with("tol_"));
    assert_eq!((&tool["provider"], &tool["tags"], &tool["metadata"]), (&json!("ASANA"), &json!([]), &json!({})));
    assert_eq!(tool["definition"]["input_schema"]["required"], json!(["name"]));
    assert_eq!(tool["definition"]["rest_api_info"]["method"], "POST");
}

#[tokio::test]
async fn only_active_accounts_have_tools() {
    let env = Env::without_verification().await;
    let list = async || {
        let query = [("identifier", "ada@acme.dev"), ("filter.connection_names", "linear"), ("page_size", "100")];
        env.get("tools/scoped", &query).await.json()
    };
    let empty = list().await;
    assert_eq!((&empty["tools"], &empty["total_size"]), (&json!([]), &json!(0)), "expired");
    env.connect("linear", "ada@acme.dev", "ada").await;
    let found = list().await;
    assert_eq!(names(&found), LINEAR);
    let hints = &found["tools"][0]["tool"]["definition"]["annotations"];
    assert_eq!(hints["read_only_hint"], true);
    assert_eq!(found["tools"][2]["tool"]["definition"].get("annotations"), None, "some tools say nothing");
}

#[tokio::test]
async fn every_filter_narrows_and_case_matters() {
    let env = Env::without_verification().await;
    env.connect("linear", "ada@acme.dev", "ada").await;
    let count = async |filters: &[(&str, &str)]| {
        let query: Vec<_> = [("identifier", "ada@acme.dev")].into_iter().chain(filters.iter().copied()).collect();
        env.get("tools/scoped", &query).await.json()["total_size"].as_u64().unwrap()
    };
    let both = [("filter.connection_names", "asana"), ("filter.connection_names", "linear")];
    assert_eq!(count(&both).await, 54);
    assert_eq!(count(&[("filter.connection_names", "Asana")]).await, 0);
    assert_eq!(count(&[("filter.providers", "LINEAR")]).await, 26);
    assert_eq!(count(&[("filter.providers", "linear")]).await, 0);
    let two = [("filter.tool_names", "asana_me_get"), ("filter.tool_names", "linear_issue_create")];
    assert_eq!(count(&two).await, 2);
    assert_eq!(count(&[("filter.tool_names", "asana_me_get"), ("filter.providers", "LINEAR")]).await, 0);
    let other = [("identifier", "nobody@acme.dev"), ("filter.providers", "LINEAR")];
    assert_eq!(env.get("tools/scoped", &other).await.json()["total_size"], 0);
}

#[tokio::test]
async fn tools_are_paged() {
    let env = Env::start().await;
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let query = [
            ("identifier", "ada@acme.dev"),
            ("filter.providers", "ASANA"),
            ("page_size", "4"),
            ("page_token", token.as_str()),
        ];
        let page = env.get("tools/scoped", &query).await.json();
        seen.extend(names(&page).into_iter().map(str::to_owned));
        token = page["next_page_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ASANA);
}

#[tokio::test]
async fn identifier_and_a_filter_are_required() {
    let env = Env::start().await;
    env.get("tools/scoped", &[("filter.providers", "LINEAR")]).await.violates(&["identifier"]);
    env.get("tools/scoped", &[("identifier", "ada@acme.dev")]).await.violates(&["filter"]);
    let long = "x".repeat(101);
    env.get("tools/scoped", &[("identifier", &long), ("filter.providers", "LINEAR")]).await.violates(&["identifier"]);
    let huge = [("identifier", "ada@acme.dev"), ("filter.providers", "ASANA"), ("page_size", "4294967295")];
    assert_eq!(names(&env.get("tools/scoped", &huge).await.json()), ASANA);
}
