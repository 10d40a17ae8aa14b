//! Linear: what issues refer to, what is said about them, and GraphQL.

use serde_json::json;

use super::{Hand, signed_in, texts};

#[tokio::test]
async fn what_issues_refer_to_is_listed() {
    let env = signed_in("linear", &["ada", "grace"]).await;
    let (ada, grace) = (Hand::of(&env, "linear", "ada"), Hand::of(&env, "linear", "grace"));
    let teams = ada.run("teams_list", json!({})).await;
    assert_eq!(texts(&teams, "/teams/nodes", "/key"), ["ENG", "DES"]);
    assert_eq!(texts(&grace.run("teams_list", json!({})).await, "/teams/nodes", "/key"), ["ENG", "DES", "LEAD"]);
    let second = ada.run("teams_list", json!({"first": 1, "after": teams["teams"]["nodes"][0]["id"]})).await;
    assert_eq!(texts(&second, "/teams/nodes", "/key"), ["DES"]);

    let team = ada.run("team_get", json!({"teamId": teams["teams"]["nodes"][0]["id"]})).await["team"].clone();
    assert_eq!(texts(&team, "/members/nodes", "/email"), ["ada@acme.dev", "linus@acme.dev", "grace@acme.dev"]);
    assert_eq!(texts(&team, "/states/nodes", "/name").len(), 5);
    let users = ada.run("users_list", json!({})).await;
    assert_eq!(texts(&users, "/users/nodes", "/displayName").len(), 8);
    let margaret = users["users"]["nodes"][3].clone();
    assert_eq!(ada.run("user_get", json!({"userId": margaret["id"]})).await["user"], margaret);
    assert_eq!(texts(&margaret, "/teams/nodes", "/key"), ["DES"], "nobody is told of a private team");
    let states = ada.run("workflow_states_list", json!({"teamId": team["id"]})).await;
    assert_eq!(texts(&states, "/workflowStates/nodes", "/name")[0], "Backlog");
    assert_eq!(texts(&ada.run("workflow_states_list", json!({})).await, "/workflowStates/nodes", "/name").len(), 10);
    let labels = ada.run("labels_list", json!({"first": 2})).await;
    assert_eq!(texts(&labels, "/issueLabels/nodes", "/name"), ["Bug", "Feature"]);
    let projects = ada.run("projects_list", json!({})).await;
    assert_eq!(texts(&projects, "/projects/nodes", "/name"), ["Checkout rewrite", "Webhooks v2", "Brand refresh"]);
    let brand = projects["projects"]["nodes"][2].clone();
    assert_eq!(ada.run("project_get", json!({"projectId": brand["id"]})).await["project"], brand);
    assert_eq!((&brand["state"], brand["progress"].as_f64().unwrap() > 0.3), (&json!("started"), true));

    let lead = grace.run("teams_list", json!({})).await["teams"]["nodes"][2]["id"].clone();
    for (tool, bad) in [
        ("team_get", json!({"teamId": lead})),
        ("team_get", json!({})),
        ("user_get", json!({"userId": "nobody"})),
        ("project_get", json!({"projectId": "none"})),
        ("workflow_states_list", json!({"teamId": lead})),
        ("labels_list", json!({"teamId": lead})),
        ("teams_list", json!({"first": 0})),
        ("teams_list", json!({"after": "x"})),
    ] {
        assert_eq!(ada.refused(tool, bad).await.0, 400, "{tool}");
    }
}

#[tokio::test]
async fn comments_belong_to_those_who_wrote_them() {
    let env = signed_in("linear", &["ada", "linus"]).await;
    let (ada, linus) = (Hand::of(&env, "linear", "ada"), Hand::of(&env, "linear", "linus"));
    let comment = async |by: &Hand<'_>, body: &str| {
        by.run("comment_create", json!({"issueId": "ENG-1", "body": body})).await["commentCreate"]["comment"].clone()
    };
    let (first, second) = (comment(&ada, "One").await, comment(&linus, "Two").await);
    let list = async || linus.run("comments_list", json!({"issueId": "ENG-1"})).await;
    assert_eq!(texts(&list().await, "/comments/nodes", "/body"), ["One", "Two"]);
    let id = |comment: &serde_json::Value| json!({"commentId": comment["id"]});
    assert_eq!(linus.run("comment_get", id(&first)).await["comment"]["issue"]["identifier"], "ENG-1");
    let change = json!({"commentId": first["id"], "body": "Other"});
    assert_eq!(linus.refused("comment_update", change.clone()).await.0, 403);
    assert_eq!(linus.refused("comment_delete", id(&first)).await.0, 403);
    let changed = ada.run("comment_update", change).await["commentUpdate"]["comment"].clone();
    assert!(changed["body"] == "Other" && changed["editedAt"].is_string(), "{changed}");
    ada.run("comment_delete", id(&first)).await;
    assert_eq!(texts(&list().await, "/comments/nodes", "/body"), ["Two"]);
    assert_ne!(comment(&ada, "Three").await["id"], second["id"], "no id comes twice");
    assert_eq!(ada.refused("comment_get", id(&first)).await.0, 400);
}

#[tokio::test]
async fn relations_end_and_issues_are_put_away() {
    let env = signed_in("linear", &["ada"]).await;
    let ada = Hand::of(&env, "linear", "ada");
    let relate = json!({"issueId": "ENG-1", "relatedIssueId": "ENG-2", "type": "blocks"});
    let relation = ada.run("issue_relation_create", relate).await["issueRelationCreate"]["issueRelation"].clone();
    let list = async |issue: &str| ada.run("issue_relations_list", json!({"issueId": issue})).await["issue"].clone();
    assert_eq!(texts(&list("ENG-1").await, "/relations/nodes", "/relatedIssue/identifier"), ["ENG-2"]);
    assert_eq!(texts(&list("ENG-2").await, "/inverseRelations/nodes", "/issue/identifier"), ["ENG-1"]);
    ada.run("issue_relation_delete", json!({"relationId": relation["id"]})).await;
    assert!(texts(&list("ENG-1").await, "/relations/nodes", "/id").is_empty());
    assert_eq!(ada.refused("issue_relation_delete", json!({"relationId": relation["id"]})).await.0, 400);
    let itself = json!({"issueId": "ENG-1", "relatedIssueId": "ENG-1", "type": "related"});
    assert_eq!(ada.refused("issue_relation_create", itself).await.0, 400);

    let listed = async || {
        let all = ada.run("issues_list", json!({})).await;
        texts(&all, "/issues/nodes", "/identifier").contains(&"ENG-1".to_owned())
    };
    for (tool, answer) in [("issue_archive", "issueArchive"), ("issue_delete", "issueDelete")] {
        let done = ada.run(tool, json!({"issueId": "ENG-1"})).await;
        assert_eq!((&done[answer]["success"], listed().await), (&json!(true), false));
        assert!(ada.run("issue_get", json!({"issueId": "ENG-1"})).await["issue"]["archivedAt"].is_string());
        let back = ada.run("issue_unarchive", json!({"issueId": "ENG-1"})).await;
        assert_eq!((&back["issueUnarchive"]["success"], listed().await), (&json!(true), true));
    }
}

#[tokio::test]
async fn graphql_is_answered() {
    let env = signed_in("linear", &["ada"]).await;
    let ada = Hand::of(&env, "linear", "ada");
    let ask = async |query: &str, variables: serde_json::Value| {
        ada.run("graphql_query", json!({"query": query, "variables": variables})).await
    };
    let me = ask("{ viewer { id name email } }", json!(null)).await;
    assert_eq!(me["viewer"].as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "name", "email"]);
    assert_eq!(me["viewer"]["email"], "ada@acme.dev");
    let issue = "query One($id: String!) { one: issue(id: $id) { identifier team { key } labels { nodes { name } } } }";
    let one = ask(issue, json!({"id": "ENG-1"})).await;
    assert_eq!(
        one,
        json!({"one": {"identifier": "ENG-1", "team": {"key": "ENG"}, "labels": {"nodes": [{"name": "Bug"}]}}})
    );
    let made =
        "mutation Say($input: CommentCreateInput!) { commentCreate(input: $input) { success comment { body } } }";
    let said = ask(made, json!({"input": {"issueId": "ENG-1", "body": "By GraphQL"}})).await;
    assert_eq!(said["commentCreate"], json!({"success": true, "comment": {"body": "By GraphQL"}}));
    let comments = ask("{ issue(id: \"ENG-1\") { comments { nodes { body } } } }", json!({})).await;
    assert_eq!(texts(&comments, "/issue/comments/nodes", "/body"), ["By GraphQL"]);

    for (query, said) in [
        ("{ viewer }", "must have a selection"),
        ("{ viewer { name { first } } }", "must not have a selection"),
        ("{ viewer { shoeSize } }", "Cannot query field"),
        ("{ weather { today } }", "Cannot query field"),
        ("{ issues(filter: {x: 1}) { nodes { id } } }", "Unknown argument"),
        ("{ issue(id: \"NO-1\") { id } }", "Entity not found"),
        ("{ viewer { id }", "Syntax Error"),
    ] {
        let (status, told) = ada.refused("graphql_query", json!({"query": query})).await;
        assert!(status == 400 && told.contains(said), "{query}: {told}");
    }
    assert_eq!(ada.refused("graphql_query", json!({"query": "{ viewer { id } }", "variables": []})).await.0, 400);
}
