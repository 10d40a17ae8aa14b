//! Asana: an ordinary day of work on tasks.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Hand, signed_in, texts};

#[tokio::test]
async fn what_tasks_refer_to_is_found() {
    let env = signed_in("asana", &["ada", "linus"]).await;
    let (ada, linus) = (Hand::of(&env, "asana", "ada"), Hand::of(&env, "asana", "linus"));
    let workspaces = ada.run("workspaces_list", json!({})).await;
    assert_eq!(texts(&workspaces, "/data", "/name"), ["Acme"]);
    let workspace = workspaces["data"][0]["gid"].clone();
    let within = |more: Value| {
        let mut all = json!({"workspace_gid": workspace});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let users = ada.run("users_list", within(json!({"opt_fields": "name,email"}))).await;
    assert_eq!(users["data"].as_array().unwrap().len(), 8);
    let linus_gid = users["data"][2]["gid"].clone();
    assert_eq!(ada.run("user_get", json!({"user_gid": linus_gid})).await["data"]["email"], "linus@acme.dev");
    assert_eq!(ada.run("user_get", json!({"user_gid": "me"})).await["data"]["email"], "ada@acme.dev");
    let teams = ada.run("workspace_teams_list", within(json!({}))).await;
    assert_eq!(texts(&teams, "/data", "/name"), ["Marketing", "Operations"]);
    let of_team = json!({"team_gid": teams["data"][1]["gid"]});
    assert_eq!(texts(&ada.run("team_projects_list", of_team.clone()).await, "/data", "/name").len(), 2);
    assert_eq!(texts(&linus.run("team_projects_list", of_team).await, "/data", "/name"), ["Customer onboarding"]);
    let find = async |kind: &str, query: &str| {
        let found = ada.run("typeahead_search", within(json!({"resource_type": kind, "query": query}))).await;
        texts(&found, "/data", "/name")
    };
    assert_eq!(find("project", "web").await, ["Website relaunch"]);
    assert_eq!(find("user", "okaf").await, ["Linus Okafor"]);
    assert_eq!(find("team", "oper").await, ["Operations"]);
    assert_eq!(find("task", "north").await, ["Welcome call with Northwind"]);
    let leadership = ada.run("typeahead_search", within(json!({"resource_type": "project", "query": "lead"}))).await;
    let hidden = json!({"project_gid": leadership["data"][0]["gid"]});
    assert_eq!(ada.run("project_get", hidden.clone()).await["data"]["privacy_setting"], "private");
    assert_eq!(linus.refused("project_get", hidden.clone()).await.0, 404);
    assert_eq!(linus.refused("sections_list", hidden.clone()).await.0, 404);
    assert_eq!(linus.refused("project_tasks_list", hidden).await.0, 404);
    for (tool, bad) in [
        ("users_list", json!({})),
        ("workspace_teams_list", json!({})),
        ("typeahead_search", within(json!({"query": "x", "resource_type": "goal"}))),
        ("task_search", json!({"text": "x"})),
        ("project_create", json!({"name": "x"})),
        ("project_create", within(json!({"name": "x", "privacy_setting": "secret"}))),
    ] {
        assert_eq!(ada.refused(tool, bad).await.0, 400, "{tool}");
    }
    for (tool, bad) in [
        ("users_list", json!({"workspace_gid": "1"})),
        ("user_get", json!({"user_gid": "1"})),
        ("team_projects_list", json!({"team_gid": "1"})),
        ("section_tasks_list", json!({"section_gid": "1"})),
    ] {
        assert_eq!(ada.refused(tool, bad).await.0, 404, "{tool}");
    }
}

#[tokio::test]
async fn a_task_goes_its_way() {
    let env = signed_in("asana", &["ada", "linus", "ken"]).await;
    let (ada, linus, ken) =
        (Hand::of(&env, "asana", "ada"), Hand::of(&env, "asana", "linus"), Hand::of(&env, "asana", "ken"));
    let workspace = ada.run("workspaces_list", json!({})).await["data"][0]["gid"].clone();
    let made = json!({"name": "Move", "workspace_gid": workspace, "privacy_setting": "private"});
    let project = ada.run("project_create", made).await["data"]["gid"].clone();
    let section =
        ada.run("section_create", json!({"project_gid": project, "name": "Boxes"})).await["data"]["gid"].clone();
    let sections = ada.run("sections_list", json!({"project_gid": project})).await;
    assert_eq!(texts(&sections, "/data", "/name"), ["Untitled section", "Boxes"]);
    let task = ada.run("task_create", json!({"name": "Buy boxes", "projects": project})).await["data"].clone();
    assert_eq!(task["memberships"][0]["section"]["name"], "Untitled section");
    let gid = task["gid"].clone();
    ada.run("section_add_task", json!({"section_gid": section, "task_gid": gid})).await;
    assert_eq!(
        texts(&ada.run("section_tasks_list", json!({"section_gid": section})).await, "/data", "/name"),
        ["Buy boxes"]
    );
    assert_eq!(texts(&ada.run("tasks_list", json!({"section": section})).await, "/data", "/name"), ["Buy boxes"]);
    assert_eq!(texts(&ada.run("project_tasks_list", json!({"project_gid": project})).await, "/data", "/name").len(), 1);

    assert_eq!(linus.refused("task_get", json!({"task_gid": gid})).await.0, 404, "nobody else sees it yet");
    let followed = ada.run("task_add_followers", json!({"task_gid": gid, "followers": "linus@acme.dev"})).await;
    assert_eq!(followed["data"]["followers"][0]["name"], "Linus Okafor");
    linus.run("story_create", json!({"task_gid": gid, "text": "How many?"})).await;
    let stories = ada.run("task_stories_list", json!({"task_gid": gid})).await;
    assert_eq!(
        (texts(&stories, "/data", "/text"), &stories["data"][0]["type"]),
        (vec!["How many?".to_owned()], &json!("comment"))
    );
    let part = json!({"task_gid": gid, "name": "Measure", "assignee": "ken@acme.dev", "due_on": "2027-02-01"});
    let part = linus.run("subtask_create", part).await["data"].clone();
    assert_eq!(part["parent"]["name"], "Buy boxes");
    assert_eq!(texts(&ada.run("task_subtasks_list", json!({"task_gid": gid})).await, "/data", "/name"), ["Measure"]);
    assert_eq!(ken.run("task_get", json!({"task_gid": part["gid"]})).await["data"]["name"], "Measure");
    assert_eq!(ken.refused("task_get", json!({"task_gid": gid})).await.0, 404);

    let change =
        json!({"task_gid": gid, "completed": true, "assignee": "me", "due_on": "2027-03-01", "notes": "Twenty"});
    let done = ada.run("task_update", change).await["data"].clone();
    assert!(done["completed"] == true && done["completed_at"].is_string() && done["notes"] == "Twenty", "{done}");
    let open = ada.run("tasks_list", json!({"project": project, "completed_since": "now"})).await;
    assert!(texts(&open, "/data", "/name").is_empty());
    let search = async |more: Value| {
        let mut all = json!({"workspace_gid": workspace, "text": "boxes"});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        texts(&ada.run("task_search", all).await, "/data", "/name").len()
    };
    assert_eq!((search(json!({})).await, search(json!({"completed": false})).await), (1, 0));
    assert_eq!((search(json!({"assignee": "me"})).await, search(json!({"assignee": "ken@acme.dev"})).await), (1, 0));
    let undone = json!({"task_gid": gid, "completed": false, "assignee": "null", "due_on": "null"});
    let undone = ada.run("task_update", undone).await["data"].clone();
    assert_eq!(
        (&undone["completed"], &undone["assignee"], &undone["due_on"]),
        (&json!(false), &Value::Null, &Value::Null)
    );
    assert_eq!(undone["notes"], "Twenty", "what is left out stays");

    ada.run("task_remove_project", json!({"task_gid": gid, "project": project})).await;
    let loose = ada.run("task_get", json!({"task_gid": gid})).await["data"].clone();
    assert_eq!((&loose["projects"], &loose["memberships"]), (&json!([]), &json!([])));
    ada.run("task_add_project", json!({"task_gid": gid, "project": project, "section": section})).await;
    let back = ada.run("task_get", json!({"task_gid": gid})).await["data"].clone();
    assert_eq!(back["memberships"][0]["section"]["name"], "Boxes");
    ada.run("task_delete", json!({"task_gid": gid})).await;
    assert_eq!(ken.refused("task_get", json!({"task_gid": part["gid"]})).await.0, 404, "parts go with the whole");

    for (tool, bad) in [
        ("task_update", json!({"task_gid": "1"})),
        ("subtask_create", json!({"task_gid": "1", "name": "x"})),
        ("story_create", json!({"task_gid": "1", "text": "x"})),
        ("section_add_task", json!({"section_gid": section, "task_gid": "1"})),
    ] {
        assert_eq!(ada.refused(tool, bad).await.0, 404, "{tool}");
    }
    let task = ada.run("task_create", json!({"name": "Again", "projects": project})).await["data"]["gid"].clone();
    for (tool, bad) in [
        ("task_update", json!({"task_gid": task, "due_on": "soon"})),
        ("task_update", json!({"task_gid": task, "completed": "maybe"})),
        ("task_add_followers", json!({"task_gid": task})),
        ("tasks_list", json!({"project": project, "completed_since": "soon"})),
        ("story_create", json!({"task_gid": task})),
    ] {
        assert_eq!(ada.refused(tool, bad).await.0, 400, "{tool}");
    }
}

/// As programs send it: the fields under `data`, and the API's own names.
#[tokio::test]
async fn a_body_over_rest_may_be_wrapped() {
    let env = signed_in("asana", &["ada"]).await;
    let ada = Hand::of(&env, "asana", "ada");
    let workspace = ada.run("workspaces_list", json!({})).await["data"][0]["gid"].clone();
    let project = ada.run("projects_list", json!({})).await["data"][0]["gid"].clone();
    let body = json!({"data": {"name": "Wrapped", "workspace": workspace, "projects": [project], "followers": ["me"]}});
    let made = ada.rest(Method::POST, "/tasks", Some(body)).await;
    assert_eq!((made.status, &made.json()["data"]["projects"][0]["gid"]), (201, &project), "{}", made.text);
    let path = format!("/tasks/{}", made.json()["data"]["gid"].as_str().unwrap());
    let changed = ada.rest(Method::PUT, &path, Some(json!({"data": {"completed": true}}))).await.json();
    assert_eq!(changed["data"]["completed"], true);
}
