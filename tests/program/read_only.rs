//! Read-only mode from outside: whatever is pressed, nothing but reads goes over the wire.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use jackfield::testing::sandbox::{Options, Sandbox};

use super::terminal::Terminal;

/// Bytes of each connection, as they come.
type Conversations = Arc<Mutex<Vec<Arc<Mutex<Vec<u8>>>>>>;

/// Passes connections on to `to`, and keeps what clients say.
struct Wire {
    address: SocketAddr,
    said: Conversations,
}

impl Wire {
    fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let said: Conversations = Arc::default();
        let connections = Arc::clone(&said);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(to).unwrap());
                let kept = Arc::new(Mutex::new(Vec::new()));
                connections.lock().unwrap().push(Arc::clone(&kept));
                let (answers, back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || pass(client, server, &|bytes| kept.lock().unwrap().extend_from_slice(bytes)));
                thread::spawn(move || pass(answers, back, &|_| ()));
            }
        });
        Self { address, said }
    }

    /// Method and path of every request so far that is no `GET` and asks for no token, with what stands behind it.
    fn changes(&self) -> Vec<String> {
        let said = self.said.lock().unwrap();
        let texts = said.iter().map(|kept| String::from_utf8_lossy(&kept.lock().unwrap()).into_owned());
        let lines = texts.flat_map(|text| text.split("\r\n").map(str::to_owned).collect::<Vec<_>>());
        // A body has no line end before the next request.
        let requests = lines.filter(|line| line.ends_with(" HTTP/1.1"));
        requests.filter(|line| !line.contains("GET /") && !line.contains("POST /oauth/token")).collect()
    }

    /// Everything that was said.
    fn text(&self) -> String {
        let said = self.said.lock().unwrap();
        said.iter().map(|kept| String::from_utf8_lossy(&kept.lock().unwrap()).into_owned()).collect()
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, keep: &dyn Fn(&[u8])) {
    let mut buffer = [0; 1 << 14];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        keep(&buffer[..count]);
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

const REFUSED: &str = "open read-only (mode = read)";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_reads_reaches_the_environment_whatever_is_pressed() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let wire = Wire::start(sandbox.url().socket_addrs(|| None).unwrap()[0]);
    let url = format!("http://{}", wire.address);
    let variables = [
        ("SCALEKIT_ENVIRONMENT_URL", url.as_str()),
        ("SCALEKIT_CLIENT_ID", sandbox.client_id()),
        ("SCALEKIT_CLIENT_SECRET", sandbox.client_secret().expose()),
        ("JACKFIELD_MODE", "read"),
    ];
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &variables);
    let screen = terminal.wait_for("23 accounts");
    assert!(screen.contains("⊖ read only"), "{screen}");
    // One account, then all of them; whatever might have asked is told yes.
    for marks in ["j", "A"] {
        terminal.send(marks);
        if marks == "A" {
            terminal.wait_for("◆");
        }
        for key in ["a", "n", "c", "d", "D", "Y"] {
            terminal.send(key);
            terminal.wait_for(REFUSED);
            terminal.send("y");
        }
    }
    terminal.send("\x1b");
    terminal.wait_gone("◆");
    // A tool that writes: refused. The question that changes the mode: Enter is no.
    terminal.send("/gmail ada\r");
    terminal.wait_for("1 of 1");
    terminal.send("t");
    terminal.wait_for("Tools of ada@acme.dev on gmail");
    terminal.send("/send_message");
    terminal.wait_for("1 of 1 shown · 29 in all");
    terminal.send("\r\r");
    terminal.wait_for("gmail_send_message  as ada@acme.dev on gmail");
    terminal.send("\x12");
    terminal.wait_for(REFUSED);
    terminal.send("\x1bm");
    terminal.wait_for("Mode of this environment");
    terminal.send("f");
    terminal.wait_for("is open in the mode “read”.");
    terminal.send("\r\x12\x12y\r");
    terminal.wait_for("⊖ read only");
    // Out of the input, to a tool that is declared to read: it runs, as the very last.
    terminal.send("\x10Go to Tools\r");
    terminal.wait_for("1 of 1 shown");
    terminal.send("\x1b");
    terminal.wait_gone("1 of 1 shown");
    terminal.send("/get_profile");
    terminal.wait_for("1 of 1 shown · 29 in all");
    terminal.send("\r\r");
    terminal.wait_for("gmail_get_profile  as ada@acme.dev on gmail");
    terminal.send("\x12");
    terminal.wait_for("messagesTotal");
    terminal.send("q");
    let changes = wire.changes();
    assert!(changes.len() == 1 && changes[0].contains("execute"), "{changes:?}");
    let text = wire.text();
    assert!(text.contains("gmail_get_profile") && !text.contains("\"gmail_send_message\""), "{changes:?}");
}
