//! Floor 5: one person's accounts as a server of tools, for any agent that speaks the Model Context Protocol.
//!
//! A front beside the screen and the command line: calls go the same way as theirs, are held against the same objections,
//! and are written down with the client and the run that they belong to. Where a call has to be allowed, the person is
//! asked in the client, or in the full-screen program that is open.

mod approval;
mod authorization;
mod call;
mod catalogue;
mod doorstep;
mod host;
mod http;
mod runs;
mod stdio;

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

pub use host::EnvironmentHost;
pub use http::HttpFront;

use crate::domain::{Fault, FaultKind, Mode, SafeMessage};
use crate::flow::environment::{self, IfNone};
use crate::flow::offer::ServeOrder;
use crate::flow::record::{Recorder, Records};
use crate::journal::Front;

/// Time that the last outcomes have for their way to the disk.
const LAST_WRITE: Duration = Duration::from_secs(6);

/// Serves until the client goes away or somebody ends it. Returns the exit code.
///
/// # Errors
/// The environment cannot be opened, the port cannot be used, or the client does not speak the protocol.
pub fn run(order: ServeOrder) -> Result<u8, Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Fault::new(FaultKind::Local, "The program could not start.").because(error))?;
    let records = Arc::new(Records::for_this_user());
    let served = runtime.block_on(serve(order, Arc::clone(&records)));
    let _ = runtime.block_on(async { tokio::time::timeout(LAST_WRITE, records.settle()).await });
    // A thread may wait for input that never comes.
    runtime.shutdown_background();
    served
}

async fn serve(order: ServeOrder, records: Arc<Records>) -> Result<u8, Fault> {
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone())?;
    // Nobody can be asked for a passphrase: standard input is the client's.
    let opened =
        environment::open(order.target.clone(), order.mode, IfNone::Refuse, order.limits.clone(), None, |_| {}).await?;
    if let Some(remark) = &opened.remark {
        tell(remark);
    }
    let about = opened.about();
    let (name, mode) = (about.name.clone(), opened.mode.get());
    let recorder = Recorder::of(&opened, Front::Server, order.records.then(|| Arc::clone(&records)));
    let identifier = &order.scope.identifier;
    tell(&format!("Serving tools of {name} as {identifier}. {}", mode_words(mode)));
    let http = order.http;
    let host = Arc::new(EnvironmentHost::new(Arc::new(opened), recorder, order));
    host.look().await.map(|remarks| remarks.iter().for_each(|remark| tell(remark)))?;
    match http {
        None => stdio::serve(host, stop).await?,
        Some(port) => {
            let front = HttpFront::bind(port, host, stop).await?;
            tell(&format!("Listening at {}", front.url()));
            // A person has to give it to the client; it is good for as long as this process lives.
            if let Some(token) = front.own_token() {
                tell(&format!("Authorization: Bearer {}", token.expose()));
            }
            front.serve().await?;
        }
    }
    Ok(0)
}

fn mode_words(mode: Mode) -> &'static str {
    match mode {
        Mode::Read => "Only tools known to read are offered.",
        Mode::Ask => "Calls not known to read have to be allowed, in the client or in the full-screen program.",
        Mode::Free => "Destructive calls have to be allowed, in the client or in the full-screen program.",
    }
}

/// Says something where it is no part of the protocol.
fn tell(words: &str) {
    let words = SafeMessage::from(words);
    let _ = writeln!(io::stderr(), "jackfield: {words}");
}

/// Ends the server where a signal asks for it, which is its usual end.
///
/// # Errors
/// Signals cannot be listened to.
fn stop_on_signal(stop: CancellationToken) -> Result<(), Fault> {
    let listen = |kind| {
        signal(kind).map_err(|error| Fault::new(FaultKind::Local, "Signals cannot be listened to.").because(error))
    };
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stop.cancel();
    });
    Ok(())
}
