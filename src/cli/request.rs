//! `jackfield request`: a provider's own API, through the broker.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Args;
use indexmap::IndexMap;
use serde::Serialize;

use super::output::CliOutput;
use super::{completions, embedded, exit, history, input, waits_longer};
use crate::backend::Ability;
use crate::domain::{
    AccountRef, Fault, FaultKind, JsonText, ProxyBody, ProxyMethod, ProxyRequest, ProxyResponse, Untrusted,
    decode_utf8, pluralize,
};
use crate::flow::environment::Opened;
use crate::flow::preflight::{self, Claimant};
use crate::flow::record::Recorder;
use crate::json::{escaped, pretty};
use crate::settings::TimeLimit;

type Pair = (Untrusted, Untrusted);

#[derive(Debug, Args)]
pub(super) struct SendRequest {
    /// HTTP method
    #[arg(ignore_case = true, value_parser = completions::one_of(ProxyMethod::ALL, ProxyMethod::word))]
    method: ProxyMethod,
    /// Path below the provider's base URL, without a query
    path: String,
    /// Connection to use
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: String,
    /// Identifier to act as
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: String,
    /// Query parameter; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = |text: &str| pair(text, '='))]
    query: Vec<Pair>,
    /// Header; may be repeated
    #[arg(long, value_name = "NAME:VALUE", value_parser = |text: &str| pair(text, ':'))]
    header: Vec<Pair>,
    /// Body: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    body: Option<String>,
    /// Form field instead of a body; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = |text: &str| pair(text, '='), conflicts_with = "body")]
    form: Vec<Pair>,
    /// Time to wait for the answer: 90s, 5m, or none for no limit [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = super::time_limit)]
    pub(super) timeout: Option<TimeLimit>,
    /// Write the response body to a file, byte for byte
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn pair(text: &str, between: char) -> Result<Pair, String> {
    match text.split_once(between) {
        Some((name, value)) if !name.trim().is_empty() => {
            let value = if between == ':' { value.trim() } else { value };
            Ok((name.trim().into(), value.into()))
        }
        _ => Err(format!("expected NAME{between}VALUE")),
    }
}

impl SendRequest {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        Ability::Proxy.require(backend)?;
        let request = ProxyRequest {
            connection: self.connection.as_str().into(),
            identifier: self.identifier.as_str().into(),
            method: self.method,
            path: self.path.as_str().into(),
            query: self.query.clone(),
            headers: self.header.clone(),
            body: self.read_body()?,
        };
        let account = AccountRef::Pair(request.connection.clone(), request.identifier.clone());
        let place = self.output.as_deref().map(OutputFile::open).transpose()?;
        let request = match preflight::clear_request(backend, request, Claimant::Caller).await {
            Ok(request) => request,
            Err(fault) => {
                place.into_iter().for_each(OutputFile::leave);
                return Err(fault);
            }
        };
        let recorded = recorder.request(backend, &request).await;
        history::mention(output, recorded.writing.end().await.as_ref());
        let response = match recorded.result {
            Ok(response) => response,
            Err(fault) => {
                place.into_iter().for_each(OutputFile::leave);
                return Err(waits_longer(fault.about(account)));
            }
        };
        if let Some(place) = place {
            place.fill(&response.body)?;
        }
        if output.is_json() {
            output.document(&self.document(&response))?;
        } else {
            self.print(&response, output)?;
        }
        if !matches!(self.method, ProxyMethod::Get | ProxyMethod::Head | ProxyMethod::Options) {
            embedded::tell_of_loss(opened, output);
        }
        Ok(exit::reported(output, recorded.reported.as_ref()))
    }

    fn read_body(&self) -> Result<ProxyBody, Fault> {
        let Some(argument) = &self.body else {
            return Ok(if self.form.is_empty() { ProxyBody::None } else { ProxyBody::Form(self.form.clone()) });
        };
        let bytes = Bytes::from(input::bytes(argument, "The body")?);
        match JsonText::parse(bytes.clone()) {
            Ok(json) => Ok(ProxyBody::Json(json)),
            Err(_) if self.header.iter().any(|(name, _)| name.raw().eq_ignore_ascii_case("content-type")) => {
                Ok(ProxyBody::Raw(bytes))
            }
            Err(error) => {
                let message = "The body is not JSON. For another type, give --header content-type:…";
                Err(input::not_json(argument, message, error))
            }
        }
    }

    fn print(&self, response: &ProxyResponse, output: &CliOutput) -> Result<(), Fault> {
        if self.output.is_none() && !response.body.is_empty() {
            match (JsonText::parse(response.body.clone()), decode_utf8(&response.body)) {
                (Ok(json), _) => output.print(&escaped(&pretty(&json)))?,
                (Err(_), Ok(text)) => {
                    let text = Untrusted::from(text);
                    output.print(&text.whole_lines().collect::<Vec<_>>().join("\n"))?;
                }
                (Err(_), Err(why)) => {
                    output.remark(&format!("The body is not shown: {why}. Save it with --output FILE."))
                }
            }
        }
        let (size, took) = (pluralize(response.body.len() as u64, "byte"), response.took.as_millis());
        output.remark(&format!("HTTP {}, {size}, {took} ms", response.status));
        Ok(())
    }

    fn document<'a>(&self, response: &'a ProxyResponse) -> ResponseJson<'a> {
        let mut headers: IndexMap<&str, Vec<&str>> = IndexMap::new();
        for (name, value) in &response.headers {
            headers.entry(name.raw()).or_default().push(value.raw());
        }
        let body = match (&self.output, JsonText::parse(response.body.clone())) {
            (Some(_), _) => None,
            (None, Ok(json)) => Some(BodyJson::Json(json)),
            (None, Err(_)) => Some(BodyJson::Text(String::from_utf8_lossy(&response.body))),
        };
        ResponseJson { status: response.status, headers, body }
    }
}

/// File that the body goes to. Opened before anything is sent, so that no answer is lost for want of a
/// place.
struct OutputFile<'a> {
    path: &'a Path,
    file: File,
    is_new: bool,
}

impl<'a> OutputFile<'a> {
    fn open(path: &'a Path) -> Result<Self, Fault> {
        let is_new = !path.exists();
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        // What came back from a provider is nobody else's business.
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(unwritten)?;
        Ok(Self { path, file, is_new })
    }

    fn fill(mut self, body: &[u8]) -> Result<(), Fault> {
        // What is no file, such as a pipe, has no length.
        if self.file.metadata().is_ok_and(|about| about.is_file()) {
            self.file.set_len(0).map_err(unwritten)?;
        }
        self.file.write_all(body).map_err(unwritten)
    }

    /// There is nothing to write.
    fn leave(self) {
        if self.is_new {
            let _ = std::fs::remove_file(self.path);
        }
    }
}

fn unwritten(error: io::Error) -> Fault {
    Fault::new(FaultKind::Local, "The answer's body cannot be written to the file.").because(error)
}

/// Document that is printed under `--json`.
#[derive(Serialize)]
struct ResponseJson<'a> {
    status: u16,
    /// Every name with all its values, in order.
    headers: IndexMap<&'a str, Vec<&'a str>>,
    /// Left out where it went to a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<BodyJson<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum BodyJson<'a> {
    Json(JsonText),
    Text(Cow<'a, str>),
}
