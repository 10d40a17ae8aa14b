//! Google Drive: who sees which file, queries, changes, and the bytes.

use reqwest::Method;
use serde_json::{Value, json};

use super::provider_calls::{Caller, fields};
use super::{Env, send};

async fn id(caller: &Caller<'_>, name: &str) -> Value {
    let found = caller.run("search_files", json!({"query": format!("name = '{name}'")})).await;
    assert_eq!(found["files"].as_array().unwrap().len(), 1, "{found}");
    found["files"][0]["id"].clone()
}

async fn names(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let found = caller.run("search_files", json!({"query": query, "order_by": "name"})).await;
    fields(&found, "/files", "/name").into_iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn everybody_sees_what_is_theirs_and_what_is_shared() {
    let env = Env::without_verification().await;
    let ada = Caller::signed_in(&env, "googledrive", "ada").await;
    let grace = Caller::signed_in(&env, "googledrive", "grace").await;
    let ken = Caller::signed_in(&env, "googledrive", "ken").await;
    assert_eq!(ada.run("get_about", json!({})).await["user"]["emailAddress"], "ada@acme.dev");
    let user = ada.rest(Method::GET, "/drive/v3/about?fields=user", None).await.json();
    assert_eq!((&user["user"]["emailAddress"], user.get("storageQuota")), (&json!("ada@acme.dev"), None));

    let secret = id(&grace, "Term sheet, third round").await;
    let told = ada.refused(404, "get_file_metadata", json!({"file_id": secret})).await;
    assert!(told.contains("File not found"), "{told}");
    assert_eq!(names(&ken, "trashed = false").await, ["Holidays 2027", "How spanning trees keep us out of circles"]);
    assert_eq!(
        names(&ada, "fullText contains 'northwind'").await,
        ["Northwind, second interview.txt", "Roadmap for spring"]
    );
    assert_eq!(names(&ada, "trashed = true").await, ["Old ideas"]);
    assert_eq!(names(&ada, "starred = true and mimeType contains 'document'").await, ["Roadmap for spring"]);
    assert_eq!(names(&ada, "'me' in owners and not trashed = true").await, ["Checkout budget", "Notes to myself"]);
    assert_eq!(names(&ada, "sharedWithMe and modifiedTime > '2999-01-01T00:00:00'").await, [""; 0]);
    let product = id(&ada, "Product").await;
    let inside = ada.run("list_folder_contents", json!({"folder_id": product, "order_by": "folder,name desc"})).await;
    assert_eq!(fields(&inside, "/files", "/name"), ["Interviews", "Roadmap for spring", "Checkout budget"]);
    let root = ada.run("list_folder_contents", json!({"folder_id": "root"})).await;
    assert_eq!(fields(&root, "/files", "/name"), ["Notes to myself"]);
    let found = ada.run("search_content", json!({"search_term": "emoji northwind", "mime_type": "text/plain"})).await;
    assert_eq!(found["files"], json!([]));

    let narrow = ada.run("search_files", json!({"fields": "id,owners/me", "page_size": 2})).await;
    assert_eq!(narrow["files"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "owners"]);
    let next = json!({"page_size": 100, "page_token": narrow["nextPageToken"], "fields": "files(name),nextPageToken"});
    let rest = ada.run("search_files", next).await;
    assert_eq!(rest.as_object().unwrap().keys().collect::<Vec<_>>(), ["files"]);
    for bad in [
        json!({"query": "name ~ 'x'"}),
        json!({"page_size": 0}),
        json!({"page_token": "x"}),
        json!({"fields": "files("}),
        json!({"order_by": "luck"}),
    ] {
        ada.refused(400, "search_files", bad).await;
    }
}

#[tokio::test]
async fn files_are_made_moved_and_thrown_away() {
    let env = Env::without_verification().await;
    let ada = Caller::signed_in(&env, "googledrive", "ada").await;
    let barbara = Caller::signed_in(&env, "googledrive", "barbara").await;
    let product = id(&ada, "Product").await;
    let folder = ada.run("create_folder", json!({"name": "Drafts", "parent_folder_id": product})).await;
    assert_eq!(
        (&folder["mimeType"], &folder["parents"]),
        (&json!("application/vnd.google-apps.folder"), &json!([product]))
    );
    let file =
        ada.run("create_file", json!({"name": "Idea", "mime_type": "application/vnd.google-apps.document"})).await;
    let moved =
        ada.run("move_file", json!({"file_id": file["id"], "new_parent_id": folder["id"], "name": "Idea 2"})).await;
    assert_eq!((&moved["name"], &moved["parents"]), (&json!("Idea 2"), &json!([folder["id"]])));
    let told = ada.refused(403, "move_file", json!({"file_id": folder["id"], "new_parent_id": folder["id"]})).await;
    assert!(told.contains("into itself"), "{told}");
    ada.refused(400, "move_file", json!({"file_id": file["id"], "new_parent_id": product, "old_parent_id": product}))
        .await;

    // Barbara reads what lies in the folder, and no more.
    let seen = barbara.run("get_file_metadata", json!({"file_id": file["id"]})).await;
    assert_eq!((&seen["capabilities"]["canEdit"], &seen["ownedByMe"]), (&json!(false), &json!(false)));
    barbara.refused(403, "update_file_metadata", json!({"file_id": file["id"], "name": "Mine"})).await;
    let starred = barbara.run("update_file_metadata", json!({"file_id": file["id"], "starred": true})).await;
    assert_eq!(starred["starred"], true);
    assert_eq!(ada.run("get_file_metadata", json!({"file_id": file["id"]})).await["starred"], false, "her own star");
    let copy = barbara.run("copy_file", json!({"file_id": file["id"]})).await;
    assert_eq!((&copy["name"], &copy["ownedByMe"]), (&json!("Copy of Idea 2"), &json!(true)));

    let renamed =
        ada.run("update_file_metadata", json!({"file_id": file["id"], "name": "Plan", "description": "x"})).await;
    assert_eq!((&renamed["name"], &renamed["description"]), (&json!("Plan"), &json!("x")));
    assert_eq!(ada.run("trash_file", json!({"file_id": folder["id"]})).await["trashed"], true);
    let inside = ada.run("get_file_metadata", json!({"file_id": file["id"]})).await;
    assert_eq!((&inside["trashed"], &inside["explicitlyTrashed"]), (&json!(true), &json!(false)));
    assert_eq!(ada.run("untrash_file", json!({"file_id": folder["id"]})).await["trashed"], false);
    barbara.refused(403, "delete_file", json!({"file_id": folder["id"]})).await;
    assert_eq!(ada.run("delete_file", json!({"file_id": folder["id"]})).await, json!({}));
    ada.refused(404, "get_file_metadata", json!({"file_id": file["id"]})).await;
}

#[tokio::test]
async fn files_are_shared_and_commented_on() {
    let env = Env::without_verification().await;
    let ada = Caller::signed_in(&env, "googledrive", "ada").await;
    let ken = Caller::signed_in(&env, "googledrive", "ken").await;
    let notes = id(&ada, "Notes to myself").await;
    let share = |more: Value| {
        let mut params = json!({"file_id": notes, "role": "reader", "type": "user"});
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        params
    };
    ken.refused(404, "list_comments", json!({"file_id": notes})).await;
    let made = ada.run("share_file", share(json!({"email_address": "ken@acme.dev"}))).await;
    assert_eq!((&made["role"], &made["emailAddress"]), (&json!("reader"), &json!("ken@acme.dev")));
    ken.refused(403, "create_comment", json!({"file_id": notes, "content": "Nice"})).await;
    ada.run("share_file", share(json!({"email_address": "ken@acme.dev", "role": "commenter"}))).await;
    let comment = ken.run("create_comment", json!({"file_id": notes, "content": "Nice"})).await;
    assert_eq!(comment["author"]["me"], true);
    let comments = ada.run("list_comments", json!({"file_id": notes})).await;
    assert_eq!(fields(&comments, "/comments", "/content"), ["Nice"]);
    let listed = ada.run("list_permissions", json!({"file_id": notes})).await;
    assert_eq!(fields(&listed, "/permissions", "/role"), ["commenter", "owner"]);
    ken.refused(403, "list_permissions", json!({"file_id": notes})).await;

    for bad in [json!({}), json!({"role": "king"}), json!({"type": "cat"}), json!({"email_address": "nobody"})] {
        ada.refused(400, "share_file", share(bad)).await;
    }
    ada.refused(400, "share_file", share(json!({"email_address": "ken@acme.dev", "role": "owner"}))).await;
    let handed = share(json!({"email_address": "ken@acme.dev", "role": "owner", "transfer_ownership": true}));
    assert_eq!(ada.run("share_file", handed).await["role"], "owner");
    let mine = ada.run("get_file_metadata", json!({"file_id": notes})).await;
    assert_eq!((&mine["ownedByMe"], &mine["capabilities"]["canEdit"]), (&json!(false), &json!(true)));
    let own = fields(&ken.run("list_permissions", json!({"file_id": notes})).await, "/permissions", "/id")[0].clone();
    assert_eq!(ken.run("delete_permission", json!({"file_id": notes, "permission_id": own})).await, json!({}));
    ada.refused(404, "get_file_metadata", json!({"file_id": notes})).await;
    ken.refused(404, "delete_permission", json!({"file_id": notes, "permission_id": own})).await;
}

#[tokio::test]
async fn files_go_up_and_come_down() {
    let env = Env::without_verification().await;
    let ada = Caller::signed_in(&env, "googledrive", "ada").await;
    let budget = id(&ada, "Checkout budget").await;
    let export = async |mime: &str| ada.run("export_file", json!({"file_id": budget, "mime_type": mime})).await;
    assert!(export("text/csv").await["content"].as_str().unwrap().starts_with("item,euro\n"));
    assert!(export("text/tab-separated-values").await["content"].as_str().unwrap().starts_with("item\teuro\n"));
    ada.refused(400, "export_file", json!({"file_id": budget, "mime_type": "application/pdf"})).await;
    let budget = budget.as_str().unwrap();
    let down = ada.rest(Method::GET, &format!("/drive/v3/files/{budget}/export?mimeType=text/csv"), None).await;
    assert_eq!((down.status, down.headers["content-type"].to_str().unwrap()), (200, "text/csv"));
    let raw = ada.rest(Method::GET, &format!("/drive/v3/files/{budget}?alt=media"), None).await;
    assert_eq!((raw.status, &raw.json()["error"]["errors"][0]["reason"]), (403, &json!("fileNotDownloadable")));

    // Not even JSON in the body of an upload is read.
    for bytes in [&b"\x00\xffPDF, about"[..], b"{not json"] {
        let up = ada.request(Method::POST, "/upload/drive/v3/files?uploadType=media&name=report.json");
        let up = send(up.header("content-type", "application/json").body(bytes)).await;
        assert_eq!((up.status, &up.json()["name"]), (200, &json!("report.json")));
        let path = format!("/drive/v3/files/{}", up.json()["id"].as_str().unwrap());
        let down = ada.request(Method::GET, &format!("{path}?alt=media")).send().await.unwrap();
        assert_eq!(down.headers()["content-type"], "application/json");
        assert_eq!(down.bytes().await.unwrap(), bytes);
        assert_eq!(ada.rest(Method::GET, &path, None).await.json()["size"], bytes.len().to_string());
    }
    let multipart = ada.rest(Method::POST, "/upload/drive/v3/files?uploadType=multipart", None).await;
    assert_eq!(multipart.status, 400);
    let missing = ada.rest(Method::GET, "/drive/v3/files/nothing?alt=media", None).await;
    assert_eq!((missing.status, &missing.json()["error"]["code"]), (404, &json!(404)));
    let list = ada.rest(Method::GET, "/drive/v3/files?q=name%3D'report.json'&pageSize=1", None).await.json();
    assert_eq!((list["files"].as_array().unwrap().len(), &list["nextPageToken"]), (1, &json!("1")));
}
