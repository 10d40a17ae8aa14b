//! Standard input and output as the streams of one client.
//!
//! Both may block for as long as the other end likes, so each has a thread of its own, which nobody waits for.

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::domain::{Fault, FaultKind};
use crate::mcp::server::{ToolHost, stream};

/// Bytes that are passed on at a time.
const CHUNK: usize = 1 << 16;

/// Serves the client at standard input and output.
///
/// # Errors
/// As [`stream::serve`]; [`FaultKind::Local`]: no thread can be had.
pub(super) async fn serve(host: Arc<dyn ToolHost>, stop: CancellationToken) -> Result<(), Fault> {
    let (input, read) = duplex(CHUNK);
    let (write, output) = duplex(CHUNK);
    let (written, all_written) = oneshot::channel();
    let runtime = Handle::current();
    let reading = runtime.clone();
    spawn("input", move || pump_in(&reading, input))?;
    spawn("output", move || {
        pump_out(&runtime, output);
        let _ = written.send(());
    })?;
    let served = stream::serve(host, read, write, stop.clone()).await;
    // The last answers go out, unless nobody reads them.
    tokio::select! {
        _ = all_written => {}
        () = tokio::time::sleep(std::time::Duration::from_secs(2)) => {}
    }
    served
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Fault> {
    let thread = std::thread::Builder::new().name(format!("client {name}")).spawn(work);
    thread.map(drop).map_err(|error| Fault::new(FaultKind::Local, "No thread for the client.").because(error))
}

fn pump_in(runtime: &Handle, mut to: DuplexStream) {
    let (mut stdin, mut chunk) = (io::stdin().lock(), vec![0; CHUNK]);
    loop {
        match stdin.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(count) if count > 0 => {
                let bytes = chunk.get(..count).unwrap_or_default();
                if runtime.block_on(to.write_all(bytes)).is_err() {
                    return;
                }
            }
            // Dropping the other half is the end of the stream.
            Ok(_) | Err(_) => return,
        }
    }
}

fn pump_out(runtime: &Handle, mut from: DuplexStream) {
    let mut chunk = vec![0; CHUNK];
    while let Ok(count) = runtime.block_on(from.read(&mut chunk)) {
        let bytes = chunk.get(..count).unwrap_or_default();
        let mut stdout = io::stdout().lock();
        if bytes.is_empty() || stdout.write_all(bytes).and_then(|()| stdout.flush()).is_err() {
            return;
        }
    }
}
