//! What the tools really do, and who sees what.

use serde_json::{Value, json};

use super::Env;

async fn linear(people: &[&str]) -> Env {
    let env = Env::without_verification().await;
    for person in people {
        env.connect("linear", &format!("{person}@acme.dev"), person).await;
    }
    env
}

async fn titles(env: &Env, identifier: &str, params: Value) -> Vec<String> {
    let issues = env.run("linear_issues_list", identifier, params).await;
    let nodes = issues["issues"]["nodes"].as_array().unwrap().clone();
    nodes.iter().map(|issue| issue["title"].as_str().unwrap().to_owned()).collect()
}

async fn team(env: &Env, identifier: &str, key: &str) -> Value {
    let viewer = env.run("linear_viewer_get", identifier, json!({})).await;
    let teams = viewer["viewer"]["teams"]["nodes"].as_array().unwrap().clone();
    teams.iter().find(|team| team["key"] == key).unwrap()["id"].clone()
}

#[tokio::test]
async fn a_private_team_shows_only_to_its_members() {
    let env = linear(&["ada", "grace"]).await;
    let (ada, grace) = ("ada@acme.dev", "grace@acme.dev");
    let secret = "Term sheet: open questions".to_owned();
    assert!(titles(&env, grace, json!({})).await.contains(&secret));
    let seen = titles(&env, ada, json!({})).await;
    assert!(!seen.is_empty() && !seen.contains(&secret));

    let leadership = team(&env, grace, "LEAD").await;
    let create = json!({"teamId": leadership, "title": "Off the record"});
    assert_eq!(env.execute("linear_issue_create", "linear", ada, create.clone()).await.status, 400);
    env.run("linear_issue_create", grace, create).await;
    assert_eq!(titles(&env, grace, json!({"first": 1})).await, ["Off the record"]);
    assert_eq!(titles(&env, ada, json!({})).await, seen);
}

#[tokio::test]
async fn an_issue_made_by_one_is_found_by_another() {
    let env = linear(&["ada", "linus"]).await;
    let engineering = team(&env, "ada@acme.dev", "ENG").await;
    let input = json!({"teamId": engineering, "title": "Found by linus", "description": "**Now**", "priority": "2", "estimate": 3});
    let made = env.run("linear_issue_create", "ada@acme.dev", input).await["issueCreate"].clone();
    assert_eq!(made["success"], true);
    let issue = &made["issue"];
    assert_eq!((&issue["identifier"], &issue["priorityLabel"]), (&json!("ENG-8"), &json!("High")));
    assert_eq!((&issue["creator"]["email"], &issue["assignee"]), (&json!("ada@acme.dev"), &Value::Null));
    assert_eq!((&issue["state"]["name"], &issue["estimate"]), (&json!("Backlog"), &json!(3)));

    let found = env.run("linear_issues_list", "linus@acme.dev", json!({"first": 1})).await;
    assert_eq!(&found["issues"]["nodes"][0], issue);
}

#[tokio::test]
async fn issues_are_filtered_and_paged() {
    let env = linear(&["ada"]).await;
    let ada = "ada@acme.dev";
    let list = async |params: Value| env.run("linear_issues_list", ada, params).await["issues"].clone();
    let count = async |params: Value| list(params).await["nodes"].as_array().unwrap().len();
    assert_eq!(count(json!({})).await, 10);
    assert_eq!(count(json!({"assignee": "linus@acme.dev"})).await, 3);
    assert_eq!(count(json!({"state": "In Progress"})).await, 3);
    assert_eq!(count(json!({"priority": "1"})).await, 3);
    assert_eq!(count(json!({"priority": 1, "assignee": ada})).await, 2);
    assert_eq!(count(json!({"project": "Checkout rewrite"})).await, 2);
    assert_eq!(count(json!({"labels": ["Security", "Feature"]})).await, 3);

    let first = list(json!({"first": 4})).await;
    assert_eq!(
        (&first["pageInfo"]["hasNextPage"], &first["pageInfo"]["hasPreviousPage"]),
        (&json!(true), &json!(false))
    );
    let second = list(json!({"first": 4, "after": first["pageInfo"]["endCursor"]})).await;
    let third = list(json!({"first": 4, "after": second["pageInfo"]["endCursor"]})).await;
    assert_eq!((third["nodes"].as_array().unwrap().len(), &third["pageInfo"]["hasNextPage"]), (2, &json!(false)));
    let back = list(json!({"first": 4, "before": third["pageInfo"]["startCursor"]})).await;
    assert_eq!(back["nodes"], second["nodes"]);
    for bad in [json!({"first": 0}), json!({"first": 251}), json!({"after": "nothing"}), json!({"labels": "Bug"})] {
        assert_eq!(env.execute("linear_issues_list", "linear", ada, bad).await.status, 400);
    }
}

#[tokio::test]
async fn asana_shows_projects_by_person_and_fields_by_request() {
    let env = Env::without_verification().await;
    env.connect("asana", "grace@acme.dev", "grace").await;
    env.connect("asana", "linus@acme.dev", "linus").await;
    let names = async |identifier: &str| {
        let projects = env.run("asana_projects_list", identifier, json!({})).await["data"].clone();
        projects.as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("linus@acme.dev").await, ["Website relaunch", "Autumn campaign", "Customer onboarding"]);
    for member in ["ada@acme.dev", "grace@acme.dev"] {
        assert_eq!(names(member).await.last().unwrap(), "Leadership");
    }

    let list = async |params: Value| env.run("asana_projects_list", "grace@acme.dev", params).await["data"].clone();
    let compact = list(json!({})).await[0].clone();
    assert_eq!(compact.as_object().unwrap().keys().collect::<Vec<_>>(), ["gid", "resource_type", "name"]);
    let full = list(json!({"opt_fields": "name, privacy_setting,team.name"})).await;
    assert_eq!(full[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["gid", "name", "privacy_setting", "team"]);
    assert_eq!(full[3]["privacy_setting"], "private");
    let operations = full[3]["team"]["gid"].clone();
    assert_eq!(list(json!({"team": operations})).await.as_array().unwrap().len(), 2);

    let secret = full[3]["gid"].clone();
    let as_linus = env.execute("asana_tasks_list", "asana", "linus@acme.dev", json!({"project": secret})).await;
    assert_eq!(as_linus.status, 404);
    let as_grace = env.run("asana_tasks_list", "grace@acme.dev", json!({"project": secret})).await;
    assert_eq!(as_grace["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_asana_task_is_created_and_found() {
    let env = Env::start().await;
    let ada = "ada@acme.dev";
    let me = env.run("asana_me_get", ada, json!({})).await["data"].clone();
    let workspace = me["workspaces"][0]["gid"].clone();
    let project = env.run("asana_projects_list", ada, json!({})).await["data"][0]["gid"].clone();
    let input = json!({
        "name": "Proofread", "projects": project, "assignee": "me", "due_on": "2027-01-31",
        "followers": "linus@acme.dev", "workspace_gid": workspace
    });
    let task = env.run("asana_task_create", ada, input).await["data"].clone();
    assert_eq!((&task["name"], &task["due_on"]), (&json!("Proofread"), &json!("2027-01-31")));
    assert_eq!((&task["assignee"]["gid"], &task["completed"]), (&me["gid"], &json!(false)));
    assert_eq!(task["followers"][0]["name"], "Linus Okafor");

    let found = async |params: Value| {
        let tasks = env.run("asana_tasks_list", ada, params).await["data"].clone();
        tasks.as_array().unwrap().iter().any(|found| found["gid"] == task["gid"])
    };
    assert!(found(json!({"project": project})).await);
    assert!(found(json!({"assignee": "me", "workspace_gid": workspace})).await);
    assert!(!found(json!({"assignee": "linus@acme.dev", "workspace_gid": workspace})).await);

    let bad_date = json!({"name": "x", "projects": project, "due_on": "tomorrow"});
    let answer = env.execute("asana_task_create", "asana", ada, bad_date).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("due_on: Not a valid date"), "{}", answer.text);
}
