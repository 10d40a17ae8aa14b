//! The stories, told to their end with the sandbox's own tools.

use serde_json::{Value, json};

use super::super::Env;
use super::{Agent, connected};

const ADA: &str = "ada@acme.dev";
const LINUS: &str = "linus@acme.dev";

#[tokio::test]
async fn an_issue_is_found_and_talked_about() {
    let env = connected(&["ada"]).await;
    let mut agent = Agent::of(&env, ADA).await;
    let said = agent.say("Find the checkout issue").await;
    assert!(
        said.starts_with(
            "ENG-1 “Checkout times out when the cart holds more than 50 items” is In Progress, assigned to Ada Marlow."
        ),
        "{said}"
    );
    let said = agent.say("Comment on it \"Seen, thanks.\"").await;
    assert_eq!(said, "Commented on ENG-1: “Seen, thanks.”");
    let issue = env.run("linear_issue_get", ADA, json!({"issueId": "ENG-1"})).await["issue"].clone();
    assert_eq!(issue["comments"]["nodes"][0]["body"], "Seen, thanks.");
    let said = agent.say("Find the unicorn issue").await;
    assert_eq!(said, "I found no issue for “unicorn”.");
}

#[tokio::test]
async fn an_issue_is_created_in_a_team_of_the_person() {
    let env = connected(&["ada", "grace"]).await;
    let mut agent = Agent::of(&env, ADA).await;
    let said = agent.say("Create an issue \"Login fails with SSO\"").await;
    assert_eq!(said, "Created ENG-8 “Login fails with SSO” in the team Engineering.");
    assert_eq!(agent.called(), [["linear_viewer_get"], ["linear_issue_create"]]);
    let mut grace = Agent::of(&env, "grace@acme.dev").await;
    let said = grace.say("File a bug \"Grey on grey\" in the design team").await;
    assert!(said.starts_with("Created DES-4 “Grey on grey”"), "{said}");
    let said = agent.say("Create an issue").await;
    assert!(said.contains("Tell me the title"), "{said}");
    assert_eq!(agent.rounds.len(), 2);
}

#[tokio::test]
async fn two_issues_are_searched_at_once_and_linked() {
    let env = connected(&["ada"]).await;
    let mut agent = Agent::of(&env, ADA).await;
    let said = agent.say("Link ENG-2 as blocking ENG-3").await;
    assert_eq!(agent.called(), [vec!["linear_issue_search"; 2], vec!["linear_issue_relation_create"]]);
    assert_eq!(said, "ENG-2 “Retry webhooks with jitter” now blocks ENG-3 “Rotate the signing key without downtime”.");
    let said = agent.say("Mark the checkout issue as blocked by the delivery date issue").await;
    assert!(said.starts_with("ENG-5 ") && said.contains(" now blocks ENG-1 "), "{said}");
    let issue = env.run("linear_issue_get", ADA, json!({"issueId": "ENG-2"})).await["issue"].clone();
    assert_eq!(issue["relations"]["nodes"][0]["relatedIssue"]["identifier"], "ENG-3");
    let said = agent.say("Link ENG-2 as blocking ENG-99").await;
    assert_eq!(said, "Nothing was linked. I found no issue for “ENG-99”.");
}

#[tokio::test]
async fn mail_is_read_as_the_quickstarts_ask_for_it() {
    let env = Env::start().await;
    let schema = json!({"type": "object", "properties": {"query": {}, "max_results": {}}});
    let tools = json!([{"name": "gmail_fetch_mails", "description": "Mail.", "input_schema": schema}]);
    let prompts = [
        ("Fetch my last 5 unread emails and summarize them", json!({"query": "is:unread", "max_results": 5})),
        ("list my 3 most recent emails", json!({"max_results": 3})),
        ("Summarize my last 5 unread emails", json!({"query": "is:unread", "max_results": 5})),
    ];
    for (prompt, input) in prompts {
        let mut body = super::with(super::prompt(prompt), json!({"tools": tools}));
        let first = super::ask(&env, &body).await.json();
        let wish = super::wishes(&first).remove(0);
        assert_eq!((&wish["name"], &wish["input"]), (&json!("gmail_fetch_mails"), &input), "{prompt}");
        let data = env.run("gmail_fetch_mails", "ada@acme.dev", wish["input"].clone()).await;
        let headers = data["messages"][0]["payload"]["headers"].as_array().unwrap();
        let subject = headers.iter().find(|header| header["name"] == "Subject").unwrap()["value"].as_str().unwrap();
        let as_python_writes_it = ("{'messages': [{'n': 1.0}]}".to_owned(), "{'n': 1.0}");
        for (content, expected) in [as_python_writes_it, (data.to_string(), subject)] {
            let result = json!({"type": "tool_result", "tool_use_id": wish["id"], "content": content});
            body["messages"] = json!([
                {"role": "user", "content": prompt},
                {"role": "assistant", "content": first["content"]},
                {"role": "user", "content": [result]},
            ]);
            let answer = super::ask(&env, &body).await.json();
            assert_eq!(answer["stop_reason"], "end_turn", "{answer}");
            let said = super::texts(&answer).concat();
            assert!(said.contains(expected), "{said}");
        }
    }
}

#[tokio::test]
async fn who_closed_what_is_told_from_the_results() {
    let env = connected(&["ada"]).await;
    let mut agent = Agent::of(&env, ADA).await;
    let said = agent.say("Who closed what last week?").await;
    assert_eq!(
        said,
        "Closed in the last seven days:\n* Grace Lindqvist: DES-3 “Icons are blurred on some screens”\n\
         * Ada Marlow: ENG-4 “Prices with a comma are read as thousands”"
    );
    let old = |tool: &str, text: &str| {
        (tool == "linear_issues_list").then(|| {
            let mut list: Value = serde_json::from_str(text).unwrap();
            for node in list["issues"]["nodes"].as_array_mut().unwrap() {
                node["completedAt"] = json!("2020-01-01T00:00:00Z");
            }
            (list.to_string(), false)
        })
    };
    let said = Agent::of(&env, ADA).await.meddled(old).say("Who closed what last week?").await;
    assert!(said.starts_with("Nobody closed an issue in the last seven days"), "{said}");
}

#[tokio::test]
async fn one_long_prompt_does_it_all() {
    const LONG: &str = "Find the checkout issue, create an issue \"Batch the tax requests\", comment on it \"From the checkout.\", \
                        link ENG-2 as blocking ENG-3, and tell me who closed what last week.";
    let mut tellings = Vec::new();
    for _ in 0..2 {
        let env = connected(&["ada"]).await;
        let mut agent = Agent::of(&env, ADA).await;
        let said = agent.say(LONG).await;
        let facts = [
            "ENG-1 ",
            "Created ENG-8 ",
            "Commented on ENG-8",
            "ENG-2 “Retry webhooks with jitter” now blocks ENG-3",
            "* Ada Marlow: ENG-4",
        ];
        for fact in facts {
            assert!(said.contains(fact), "{fact}: {said}");
        }
        assert_eq!(agent.messages[1]["content"][0]["type"], "thinking", "{}", agent.messages[1]);
        let calls: Vec<_> = agent.rounds.concat();
        tellings.push((said, calls));
    }
    assert_eq!(tellings[0], tellings[1], "the same every time");
}

#[tokio::test]
async fn a_task_is_created_for_whoever_asks() {
    let env = connected(&["ada", "linus"]).await;
    for (identifier, name) in [(ADA, "Ada Marlow"), (LINUS, "Linus Okafor")] {
        let mut agent = Agent::of(&env, identifier).await;
        let said = agent.say("Create a task \"Proofread\" for me in Website").await;
        assert!(said.starts_with(&format!("Created the task “Proofread” in Website relaunch, for {name}.")), "{said}");
        assert_eq!(agent.called(), [vec!["asana_me_get", "asana_projects_list"], vec!["asana_task_create"]]);
    }
    let mut agent = Agent::of(&env, ADA).await;
    let said = agent.say("Create a task for me in Website").await;
    assert!(said.contains("“Task from the script” in Website relaunch, for Ada Marlow"), "{said}");
    let said = agent.say("Create a task \"x\" in Nowhere").await;
    assert!(
        said.starts_with("No task was created. As Ada Marlow, I see no project with “Nowhere” in its name."),
        "{said}"
    );
}

#[tokio::test]
async fn one_sees_the_leadership_board_and_the_other_does_not() {
    let env = connected(&["ada", "linus"]).await;
    let mut ada = Agent::of(&env, ADA).await;
    let said = ada.say("What is on the Leadership board?").await;
    assert!(
        said.starts_with("As Ada Marlow, I see the board Leadership. On it: Salary bands (Margaret Tanaka)"),
        "{said}"
    );
    let mut linus = Agent::of(&env, LINUS).await;
    let said = linus.say("What is on the Leadership board?").await;
    assert_eq!(
        said,
        "As Linus Okafor, I see no project with “Leadership” in its name. What there is: Website relaunch, Autumn campaign, \
         Customer onboarding."
    );
    assert_eq!(linus.rounds.len(), 1, "no further call");
}

#[tokio::test]
async fn tools_may_have_other_names() {
    let env = connected(&["ada"]).await;
    for prefix in ["workspace_", &"c".repeat(40)] {
        let mut agent = Agent::of(&env, ADA).await.renamed(prefix);
        let said = agent.say("Link ENG-2 as blocking ENG-3").await;
        assert!(said.contains("now blocks"), "{said}");
    }
}

#[tokio::test]
async fn what_is_denied_fails_or_is_missing_ends_in_words() {
    let env = connected(&["ada"]).await;
    let deny = |denied: &'static str| {
        move |tool: &str, _: &str| (tool == denied).then(|| ("The person denied this call: not now.".to_owned(), true))
    };
    let cases = [
        (
            "linear_issue_create",
            "Create an issue \"x\"",
            "Creating the issue failed: The person denied this call: not now.",
        ),
        ("linear_viewer_get", "Create an issue \"x\"", "Looking up your teams failed: The person denied"),
        ("linear_comment_create", "Comment on ENG-1 \"x\"", "Commenting on ENG-1 failed: The person denied"),
        ("linear_issue_search", "Find the checkout issue", "Looking for “checkout” failed: The person denied"),
        (
            "linear_issue_relation_create",
            "Link ENG-1 as blocking ENG-2",
            "Linking ENG-1 and ENG-2 failed: The person denied",
        ),
        ("linear_issues_list", "Who closed what?", "Listing the closed issues failed: The person denied"),
        ("asana_projects_list", "What is on the Leadership board?", "Listing the projects failed: The person denied"),
        ("asana_task_create", "Create a task \"x\" for me in Website", "Creating the task failed: The person denied"),
        ("asana_tasks_list", "What is on the Leadership board?", "Listing its tasks failed: The person denied"),
    ];
    for (tool, prompt, words) in cases {
        let mut agent = Agent::of(&env, ADA).await.meddled(deny(tool));
        let said = agent.say(prompt).await;
        assert!(said.contains(words), "{prompt}: {said}");
        assert_eq!(agent.rounds.concat().iter().filter(|(name, _)| name == tool).count(), 1);

        let mut without = Agent::of(&env, ADA).await.without(tool);
        let said = without.say(prompt).await;
        // Teams are also listed by a tool of their own.
        let otherwise = tool == "linear_viewer_get" && said.starts_with("Created ENG-");
        assert!(said.contains(tool) || said.starts_with("ENG-1 ") || otherwise, "{prompt} without {tool}: {said}");
    }
}

#[tokio::test]
async fn a_search_that_fails_is_tried_in_the_list_once() {
    let env = connected(&["ada"]).await;
    let broken =
        |tool: &str, _: &str| (tool == "linear_issue_search").then(|| ("The server took too long.".to_owned(), true));
    let mut agent = Agent::of(&env, ADA).await.meddled(broken);
    let said = agent.say("Find the checkout issue").await;
    assert_eq!(agent.called(), [["linear_issue_search"], ["linear_issues_list"]]);
    assert!(said.starts_with("ENG-1 "), "{said}");
    let all_broken = |_: &str, _: &str| Some(("The server took too long.".to_owned(), true));
    let mut agent = Agent::of(&env, ADA).await.meddled(all_broken);
    let said = agent.say("Find the checkout issue").await;
    assert_eq!((agent.rounds.len(), said.as_str()), (2, "Looking for “checkout” failed: The server took too long."));
    let said = agent.say("What is on the Leadership board?").await;
    assert!(said.contains("failed: The server took too long."), "{said}");
}

#[tokio::test]
async fn results_that_were_cut_are_read_as_far_as_they_go() {
    let env = connected(&["ada"]).await;
    let half = |_: &str, text: &str| {
        let half: String = text.chars().take(text.chars().count() / 2).collect();
        Some((half, false))
    };
    let mut agent = Agent::of(&env, ADA).await.meddled(half);
    let said = agent.say("Who closed what?").await;
    assert!(said.starts_with("Closed:\n* Grace Lindqvist: DES-3") && said.contains("The list was cut short"), "{said}");
    let noted = |_: &str, text: &str| Some((format!("{text}\n[12 more rows were left out]"), false));
    let mut agent = Agent::of(&env, ADA).await.meddled(noted);
    let said = agent.say("Who closed what?").await;
    assert!(said.contains("* Ada Marlow: ENG-4") && said.contains("The list was cut short"), "{said}");
    let words = |_: &str, _: &str| Some(("Nothing to see here.".to_owned(), false));
    let mut agent = Agent::of(&env, ADA).await.meddled(words);
    let said = agent.say("Create an issue \"x\"").await;
    assert_eq!(said, "Looking up your teams: I cannot read the answer: Nothing to see here.");
    let empty = |_: &str, _: &str| Some(("{}".to_owned(), false));
    for prompt in PROMPTS {
        let said = Agent::of(&env, ADA).await.meddled(empty).say(prompt).await;
        assert!(!said.is_empty() && !said.contains("Created") && !said.contains("now blocks"), "{prompt}: {said}");
    }
}

/// One prompt for each story.
const PROMPTS: [&str; 7] = [
    "Find the checkout issue",
    "Create an issue \"x\"",
    "Comment on ENG-1",
    "Link ENG-1 as blocking ENG-2",
    "Who closed what last week?",
    "Create a task for me in Website",
    "What is on the Leadership board?",
];

#[tokio::test]
async fn wishes_may_be_limited_to_one_at_a_time() {
    let env = connected(&["ada"]).await;
    let mut agent = Agent::of(&env, ADA).await;
    agent.fields = json!({"tool_choice": {"type": "auto", "disable_parallel_tool_use": true}});
    let said = agent.say("Link ENG-2 as blocking ENG-3").await;
    assert!(said.contains("now blocks"), "{said}");
    assert_eq!(agent.called(), [["linear_issue_search"], ["linear_issue_search"], ["linear_issue_relation_create"]]);
}

#[tokio::test]
async fn without_tools_it_says_which_it_would_need() {
    let env = connected(&[]).await;
    for prompt in PROMPTS {
        let mut agent = Agent::of(&env, "nobody@acme.dev").await;
        assert!(agent.tools.is_empty());
        let said = agent.say(prompt).await;
        assert!(said.contains("which I was not given"), "{prompt}: {said}");
    }
}
