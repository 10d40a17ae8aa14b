//! Messages by the line, as processes send them. MCP, “Transports”, stdio.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use rmcp::RoleClient;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::fault::McpFault;
use super::ledger::{Admitted, Ledger};
use super::options::MessageSource;
use crate::domain::{Fault, FaultKind, Untrusted};

/// Messages that wait in each direction.
const WAITING: usize = 64;

/// Whatever is at the other end of the lines, and how it ends.
pub(super) trait Peer: Send + 'static {
    /// Reason why nothing more comes, once nothing more comes.
    fn last_words(&mut self) -> impl Future<Output = Fault> + Send;

    /// Ends it in good order.
    fn end(&mut self) -> impl Future<Output = ()> + Send;
}

/// Transport by the line under `rmcp`.
pub(super) struct LineTransport<P> {
    ledger: Arc<Ledger>,
    outbox: Option<mpsc::Sender<Vec<u8>>>,
    inbox: mpsc::Receiver<ServerJsonRpcMessage>,
    reader: JoinHandle<()>,
    writer: JoinHandle<()>,
    peer: P,
}

impl<P: Peer> LineTransport<P> {
    /// A transport over these two ends. Reads until one of them ends or the transport is dropped.
    pub fn new(
        read: impl AsyncRead + Send + Unpin + 'static,
        mut write: impl AsyncWrite + Send + Unpin + 'static,
        peer: P,
        ledger: Arc<Ledger>,
    ) -> Self {
        let (outbox, mut lines) = mpsc::channel::<Vec<u8>>(WAITING);
        let (messages, inbox) = mpsc::channel(WAITING);
        let writer = tokio::spawn(async move {
            while let Some(line) = lines.recv().await {
                // Whoever does not read any more will not write either: the reader hears of it.
                if write.write_all(&line).await.is_err() || write.flush().await.is_err() {
                    break;
                }
            }
        });
        let reader = Reader { ledger: Arc::clone(&ledger), messages };
        let reader = tokio::spawn(reader.run(BufReader::with_capacity(64 << 10, read)));
        Self { ledger, outbox: Some(outbox), inbox, reader, writer, peer }
    }
}

impl<P> Drop for LineTransport<P> {
    fn drop(&mut self) {
        self.reader.abort();
        self.writer.abort();
    }
}

impl<P: Peer> Transport<RoleClient> for LineTransport<P> {
    type Error = Infallible;

    fn send(&mut self, item: ClientJsonRpcMessage) -> impl Future<Output = Result<(), Infallible>> + Send + 'static {
        // Entered at once, so that no answer can come before.
        let outgoing = self.ledger.enter(&item);
        let (outbox, ledger) = (self.outbox.clone(), Arc::clone(&self.ledger));
        async move {
            match (outgoing, outbox) {
                // Where nobody takes it, the reader tells the reason.
                (Ok(outgoing), Some(outbox)) => drop(outbox.send(outgoing.into_line()).await),
                (Err(fault), _) => ledger.die(fault.into()),
                (Ok(_), None) => {}
            }
            Ok(())
        }
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        if let Some(message) = self.inbox.recv().await {
            return Some(message);
        }
        if self.ledger.death().is_none() {
            let fault = self.peer.last_words().await;
            self.ledger.die(fault);
        }
        None
    }

    async fn close(&mut self) -> Result<(), Infallible> {
        // With the last sender the writer ends, and with it the standard input of a process.
        self.outbox = None;
        self.peer.end().await;
        self.reader.abort();
        Ok(())
    }
}

struct Reader {
    ledger: Arc<Ledger>,
    messages: mpsc::Sender<ServerJsonRpcMessage>,
}

/// A line as far as it was read.
enum Line {
    Whole(Vec<u8>),
    TooLong,
    End,
}

impl Reader {
    async fn run(self, mut read: impl AsyncBufRead + Unpin) {
        let limit = self.ledger.options.limits.message;
        loop {
            match line(&mut read, limit).await {
                Line::Whole(line) => {
                    if let Some(message) = self.admitted(line)
                        && self.messages.send(message).await.is_err()
                    {
                        break;
                    }
                }
                Line::TooLong => {
                    let label = &self.ledger.names.label;
                    let most = limit >> 20;
                    let message =
                        format!("A message of {label} is larger than {most} MiB, which is as much as is read.");
                    // Whose answer it would have been is not known any more.
                    self.ledger.die(Fault::new(FaultKind::TooLarge, message));
                    break;
                }
                Line::End => break,
            }
        }
    }

    fn admitted(&self, line: Vec<u8>) -> Option<ServerJsonRpcMessage> {
        if line.trim_ascii().is_empty() {
            return None;
        }
        let line = Bytes::from(line);
        let why = match self.ledger.admit(&line, None) {
            Admitted::Done => return None,
            Admitted::Forward => match serde_json::from_slice(&line) {
                Ok(message) => return Some(message),
                Err(_) => "a message that cannot be read".to_owned(),
            },
            Admitted::Instead(text) => return serde_json::from_str(&text).ok(),
            Admitted::Unusable(why) => why,
        };
        if line.trim_ascii().first() != Some(&b'{') {
            // Some programs greet whoever starts them.
            let text = String::from_utf8_lossy(&line);
            self.ledger.say(MessageSource::Stdout, Untrusted::default(), Untrusted::default(), text.trim_end());
            return None;
        }
        let message = format!("{} sent {why}.", self.ledger.names.label);
        self.ledger.remark(message.clone());
        // With one request under way it is its answer; with several nobody knows.
        let id = self.ledger.only_pending()?;
        let fault = McpFault::new(FaultKind::BadAnswer, message);
        let acts = self.ledger.acts(id);
        self.ledger.fail(id, if acts { fault.map(Fault::perhaps_carried_out) } else { fault });
        let text = format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32603,"message":"failed"}}}}"#);
        serde_json::from_str(&text).ok()
    }
}

async fn line(read: &mut (impl AsyncBufRead + Unpin), limit: usize) -> Line {
    let mut line = Vec::new();
    loop {
        let Ok(buffer) = read.fill_buf().await else { return Line::End };
        if buffer.is_empty() {
            // The last line may lack its end.
            return if line.is_empty() { Line::End } else { Line::Whole(line) };
        }
        let end = memchr::memchr(b'\n', buffer);
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
        if line.len() + part.len() > limit {
            return Line::TooLong;
        }
        line.extend_from_slice(part);
        let used = end.map_or(buffer.len(), |end| end + 1);
        read.consume(used);
        if end.is_some() {
            return Line::Whole(line);
        }
    }
}
