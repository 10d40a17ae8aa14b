//! The environment's log of calls is followed: only what is new comes, once.

use std::time::Duration;

use futures_util::FutureExt as _;
use jackfield::testing::domain::{JsonText, LoggedCall, ToolCall};
use jackfield::testing::flow::call_log::{KnownCalls, await_news, newest, news};
use jackfield::testing::flow::run::run;
use jackfield::testing::sandbox::VerifyMode;

use super::World;
use crate::waiting::soon;

async fn call(world: &World) {
    let account = world.account("asana", "ada@acme.dev").await;
    let call = ToolCall {
        tool: "asana_me_get".into(),
        account: account.id,
        identifier: account.identifier,
        connection: account.connection,
        input: JsonText::empty_object(),
        agent_run: Some("run_outside".into()),
    };
    run(world.backend.as_ref(), &call).await.unwrap();
}

fn names(calls: &[LoggedCall]) -> Vec<&str> {
    calls.iter().map(|call| call.tool.as_ref().map_or("", |tool| tool.raw())).collect()
}

#[tokio::test]
async fn what_is_known_does_not_come_again() {
    let world = World::start(VerifyMode::Custom).await;
    let backend = world.backend.as_ref();
    let mut all = newest(backend).await.unwrap();
    assert_eq!(news(backend, &KnownCalls::of(&all)).await.unwrap(), []);
    for count in 1..=3 {
        call(&world).await;
        let came = news(backend, &KnownCalls::of(&all)).await.unwrap();
        assert_eq!(names(&came), ["asana_me_get"], "{count}");
        assert_eq!(came[0].run.as_ref().unwrap().raw(), "run_outside");
        all.splice(0..0, came);
    }
    assert_eq!(names(&newest(backend).await.unwrap()), names(&all));
    let from_nothing = news(backend, &KnownCalls::default()).await.unwrap();
    assert_eq!(names(&from_nothing), names(&all)[..from_nothing.len()], "of many the newest");
}

#[tokio::test]
async fn more_than_a_page_that_came_at_once_comes_whole() {
    let world = World::start(VerifyMode::Custom).await;
    let backend = world.backend.as_ref();
    let known = KnownCalls::of(&newest(backend).await.unwrap());
    for _ in 0..120 {
        call(&world).await;
    }
    assert_eq!(news(backend, &known).await.unwrap().len(), 120);
}

#[tokio::test]
async fn it_is_waited_for_until_a_call_is_made() {
    let world = World::start(VerifyMode::Custom).await;
    let backend = world.backend.as_ref();
    let known = KnownCalls::of(&newest(backend).await.unwrap());
    let waiting = await_news(backend, &known, Duration::from_millis(1));
    tokio::pin!(waiting);
    // Nothing is there yet, however often it is asked.
    for _ in 0..50 {
        assert!(waiting.as_mut().now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    let (came, ()) = soon("the call", async { tokio::join!(waiting, call(&world)) }).await;
    assert_eq!(names(&came.unwrap()), ["asana_me_get"]);
}
