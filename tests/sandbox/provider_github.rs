//! GitHub: stars, branches, pull requests, reviews, gists.

use reqwest::Method;
use serde_json::{Value, json};

use super::provider_calls::{Caller, fields};
use super::{Env, send};

fn at(repo: &str, more: Value) -> Value {
    let mut params = json!({"owner": "acme", "repo": repo});
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    params
}

async fn people(env: &Env) -> (Caller<'_>, Caller<'_>) {
    (Caller::signed_in(env, "github", "ada").await, Caller::signed_in(env, "github", "linus").await)
}

#[tokio::test]
async fn repositories_are_found_and_starred() {
    let env = Env::without_verification().await;
    let (ada, linus) = people(&env).await;
    let sdk = json!({"owner": "scalekit-inc", "repo": "scalekit-sdk-python"});
    for _ in 0..2 {
        assert_eq!(ada.run("repo_star", sdk.clone()).await, json!({}), "twice is once");
    }
    let starred = ada.run("starred_repos_list", json!({})).await;
    assert_eq!(fields(&starred, "/array", "/full_name"), ["scalekit-inc/scalekit-sdk-python", "acme/storefront"]);
    assert_eq!(fields(&linus.run("stargazers_list", sdk.clone()).await, "/array", "/login"), ["adamarlow"]);
    assert_eq!(ada.run("repo_get", sdk.clone()).await["stargazers_count"], 1);
    ada.run("repo_unstar", sdk.clone()).await;
    assert_eq!(ada.run("repo_get", sdk).await["stargazers_count"], 0);
    ada.refused(404, "repo_star", at("board-papers", json!({}))).await;
    let star = ada.rest(Method::PUT, "/user/starred/acme/payments", None).await;
    assert_eq!((star.status, star.text.as_str()), (204, ""));
    let found = ada.run("search_repos", json!({"q": "org:acme language:rust"})).await;
    assert_eq!((&found["total_count"], &found["items"][0]["name"]), (&json!(1), &json!("payments")));
    assert_eq!(ada.run("search_repos", json!({"q": "minutes"})).await["total_count"], 0, "not hers");
    assert_eq!(ada.run("user_get_by_username", json!({"username": "LinusOK"})).await["name"], "Linus Okafor");
    ada.refused(404, "user_get_by_username", json!({"username": "nobody"})).await;
    assert_eq!(ada.run("labels_list", at("storefront", json!({}))).await["array"][0]["name"], "bug");
    let label = |names: Value| at("storefront", json!({"issue_number": 2, "labels": names}));
    let added = ada.run("issue_labels_add", label(json!(["security"]))).await;
    assert_eq!(fields(&added, "/array", "/name"), ["bug", "good first issue", "security"]);
    assert_eq!(fields(&ada.run("issue_labels_set", label(json!(["bug"]))).await, "/array", "/name"), ["bug"]);
    ada.refused(400, "issue_labels_add", label(json!(["odd"]))).await;
    ada.refused(400, "issue_labels_set", at("storefront", json!({"issue_number": 2}))).await;
}

#[tokio::test]
async fn pull_requests_go_from_branch_to_merge() {
    let env = Env::without_verification().await;
    let (ada, linus) = people(&env).await;
    let list = ada.run("pull_requests_list", at("storefront", json!({"state": "open"}))).await;
    assert_eq!(fields(&list, "/array", "/title"), ["Quiet text, but legible", "Batch the tax requests"]);
    let batch = list["array"][1].clone();
    assert_eq!((&batch["comments"], &batch["review_comments"], &batch["additions"]), (&json!(2), &json!(0), &json!(5)));
    let number = batch["number"].clone();
    let pull = |more: Value| {
        let mut params = at("storefront", json!({"pull_number": number}));
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        params
    };
    assert_eq!(ada.run("pull_request_get", pull(json!({}))).await, batch);
    let files = ada.run("pull_request_files_list", pull(json!({}))).await;
    assert_eq!(fields(&files, "/array", "/status"), ["modified", "added"]);
    let path = format!("/repos/acme/storefront/pulls/{number}");
    let diff = send(ada.request(Method::GET, &path).header("accept", "application/vnd.github.diff")).await;
    assert!(diff.status == 200 && diff.text.starts_with("diff --git a/src/tax.ts b/src/tax.ts\n"), "{}", diff.text);
    let comments =
        ada.rest(Method::GET, &format!("/repos/acme/storefront/issues/{number}/comments"), None).await.json();
    assert_eq!(comments.as_array().unwrap().len(), 2);
    let comment = at("storefront", json!({"issue_number": number, "body": "Good."}));
    linus.run("issue_comment_create", comment).await;
    assert_eq!(ada.run("pull_request_get", pull(json!({}))).await["comments"], 3);

    let told = ada.refused(400, "pull_request_review_create", pull(json!({"event": "APPROVE"}))).await;
    assert!(told.contains("your own pull request"), "{told}");
    linus.refused(400, "pull_request_review_create", pull(json!({"event": "COMMENT"}))).await;
    linus.refused(400, "pull_request_review_create", pull(json!({"event": "SHRUG"}))).await;
    let review = linus.run("pull_request_review_create", pull(json!({"event": "APPROVE", "body": "Yes."}))).await;
    assert_eq!(review["state"], "APPROVED");
    assert_eq!(ada.run("pull_request_reviews_list", pull(json!({}))).await["array"], json!([review]));

    let main = ada.run("branch_get", at("storefront", json!({"branch": "main"}))).await["commit"]["sha"].clone();
    assert!(
        ada.refused(400, "pull_request_merge", pull(json!({"sha": main}))).await.contains("Head branch was modified")
    );
    let merged = ada.run("pull_request_merge", pull(json!({"merge_method": "squash"}))).await;
    assert_eq!(merged["merged"], true);
    assert!(ada.refused(400, "pull_request_merge", pull(json!({}))).await.contains("not mergeable"));
    let now = ada.run("branch_get", at("storefront", json!({"branch": "main"}))).await["commit"]["sha"].clone();
    assert_eq!((now == merged["sha"], now == main), (true, false));
    let again = ada.rest(Method::PUT, &format!("{path}/merge"), Some(json!({}))).await;
    assert_eq!(again.status, 405);

    let branch = |name: &str, sha: &Value| at("storefront", json!({"branch_name": name, "sha": sha}));
    assert_eq!(ada.run("branch_create", branch("dark", &now)).await["ref"], "refs/heads/dark");
    assert!(ada.refused(400, "branch_create", branch("dark", &now)).await.contains("already exists"));
    ada.refused(400, "branch_create", branch("a b", &now)).await;
    ada.refused(400, "branch_create", branch("light", &json!("0000"))).await;
    let names = ada.run("branches_list", at("storefront", json!({"protected": false}))).await;
    assert_eq!(fields(&names, "/array", "/name"), ["batch-tax", "contrast", "dark"]);
    let new = |head: &str| at("storefront", json!({"head": head, "base": "main", "title": "Dark mode"}));
    let made = ada.run("pull_request_create", new("acme:dark")).await;
    assert_eq!((&made["state"], &made["user"]["login"]), (&json!("open"), &json!("adamarlow")));
    assert!(ada.refused(400, "pull_request_create", new("dark")).await.contains("already exists"));
    ada.refused(400, "pull_request_create", new("nowhere")).await;
    ada.refused(400, "pull_request_create", new("main")).await;
    let closed = ada.run("pull_requests_list", at("storefront", json!({"state": "closed"}))).await;
    assert_eq!(fields(&closed, "/array", "/number"), [&number]);
    ada.refused(404, "branch_get", at("storefront", json!({"branch": "x"}))).await;
    ada.refused(404, "pull_request_get", at("storefront", json!({"pull_number": 1}))).await;
}

#[tokio::test]
async fn gists_are_ones_own() {
    let env = Env::without_verification().await;
    let (ada, linus) = people(&env).await;
    let new = json!({"files": {"a.md": {"content": "# Hi"}}, "description": "A note"});
    let made = ada.run("gist_create", new).await;
    assert_eq!((&made["files"]["a.md"]["content"], &made["public"]), (&json!("# Hi"), &json!(false)));
    let list = ada.run("gists_list", json!({"per_page": 1})).await;
    assert_eq!((&list["array"][0]["id"], list["array"][0]["files"]["a.md"].get("content")), (&made["id"], None));
    let id = json!({"gist_id": made["id"]});
    assert_eq!(linus.run("gist_get", id.clone()).await["description"], "A note", "whoever knows its id");
    linus.refused(404, "gist_delete", id.clone()).await;
    assert_eq!(ada.run("gist_delete", id.clone()).await, json!({}));
    ada.refused(404, "gist_get", id).await;
    for bad in [json!({}), json!({"files": {}}), json!({"files": {"a": {}}})] {
        ada.refused(400, "gist_create", bad).await;
    }
    ada.refused(400, "gists_list", json!({"since": "yesterday"})).await;
}
