//! Rotation of refresh tokens between processes, and through a crash at each of its steps.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use jackfield::testing::domain::FaultKind;
use jackfield::testing::oauth::{ClientSecret, TokenFault};
use tokio::sync::Semaphore;

use super::{FolderStore, Kept, grant, keeper, key};
use crate::support::oauth_server::{OAuthServer, Rotation};
use crate::waiting::soon;

const FOLDER: &str = "JACKFIELD_TEST_OAUTH_FOLDER";
const HANGS: &str = "JACKFIELD_TEST_OAUTH_HANGS";

/// Another process that asks for the token of a folder, and writes it there.
struct Process(Child);

impl Process {
    /// `hangs`: at which `set`, and whether after it.
    fn start(folder: &Path, hangs: Option<(u32, bool)>) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "oauth::processes::other_process", "--ignored"]).env(FOLDER, folder);
        if let Some((set, after)) = hangs {
            command.env(HANGS, format!("{set} {after}"));
        }
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    fn token(&self, folder: &Path) -> Option<String> {
        std::fs::read_to_string(folder.join(format!("token-{}", self.0.id()))).ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "started by the other tests here, as another process"]
fn other_process() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = Path::new(&folder);
    let mut store = FolderStore::new(folder);
    store.hangs = std::env::var(HANGS).ok().map(|hangs| {
        let (set, after) = hangs.split_once(' ').unwrap();
        (set.parse().unwrap(), after.parse().unwrap())
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let token = runtime.block_on(keeper(&store, folder).access(&key(), &ClientSecret::None)).unwrap();
    let path = folder.join(format!("token-{}", std::process::id()));
    std::fs::write(path.with_extension("new"), token.expose()).unwrap();
    std::fs::rename(path.with_extension("new"), path).unwrap();
}

async fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    soon(what, async {
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_at_once_refresh_once() {
    let server = OAuthServer::start().await;
    let gate = Arc::new(Semaphore::new(0));
    server.hold(&gate);
    let kept = Kept::new(&grant(&server, Some("refresh-0"), -60)).await;
    let folder = kept.folder.path();
    let others = [Process::start(folder, None), Process::start(folder, None)];
    eventually("a refresh", || (!server.received("/token").is_empty()).then_some(())).await;
    gate.add_permits(10);
    let mut tokens = Vec::new();
    for other in &others {
        tokens.push(eventually("a token", || other.token(folder)).await);
    }
    tokens.push(kept.access().await.unwrap());
    assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
    assert_eq!(server.received("/token").len(), 1, "a second use of the refresh token would have ended the grant");
    assert_eq!(kept.grant().await.access.expose(), tokens[0]);
}

/// Kills a process at a step of its refresh, and gives what the next one gets.
async fn killed_at(server: &OAuthServer, set: u32, after: bool) -> (Result<String, TokenFault>, Kept) {
    let kept = Kept::new(&grant(server, Some("refresh-0"), -60)).await;
    let folder = kept.folder.path();
    let other = Process::start(folder, Some((set, after)));
    eventually("the step", || folder.join("hangs").exists().then_some(())).await;
    drop(other);
    (kept.access().await, kept)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_anything_was_sent_costs_nothing() {
    for (set, after) in [(1, false), (1, true)] {
        let server = OAuthServer::start().await;
        let (token, kept) = killed_at(&server, set, after).await;
        assert_eq!(token.unwrap(), kept.grant().await.access.expose());
        assert_eq!(server.received("/token").len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_answer_and_saving_is_repeated_where_the_provider_lets_it() {
    let server = OAuthServer::start().await;
    server.rotate(Rotation::Replayable);
    let (token, kept) = killed_at(&server, 2, false).await;
    assert_eq!(token.unwrap(), "access-1");
    let sent: Vec<_> = server.received("/token").iter().map(|request| request.field("refresh_token")).collect();
    assert_eq!(sent, [Some("refresh-0".to_owned()), Some("refresh-0".to_owned())]);
    assert_eq!(kept.grant().await.refresh.unwrap().expose(), "refresh-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_answer_and_saving_is_told_where_it_cannot_be_repeated() {
    let server = OAuthServer::start().await;
    let (token, kept) = killed_at(&server, 2, false).await;
    let Err(TokenFault::Dead(fault)) = token else { panic!("{token:?}") };
    assert_eq!(fault.kind, FaultKind::NeedsAuthorization);
    assert!(fault.message.contains("was cut off") && fault.message.contains("Authorize"), "{fault}");
    assert!(kept.grant().await.is_ended());
    let Err(TokenFault::Dead(again)) = kept.access().await else { panic!("it came back to life") };
    assert_eq!((again.message, again.code), (fault.message, fault.code));
    assert_eq!(server.received("/token").len(), 2, "a dead token is not tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_saving_costs_nothing() {
    let server = OAuthServer::start().await;
    let (token, kept) = killed_at(&server, 2, true).await;
    assert_eq!(token.unwrap(), "access-1");
    assert_eq!(kept.grant().await.refresh.unwrap().expose(), "refresh-1");
    assert_eq!(server.received("/token").len(), 1);
}
