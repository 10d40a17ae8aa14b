//! Errors that an answer may be: the provider's, or the broker's own.

use super::fields::Fields;
use super::template::{Template, TooLarge, Values};
use super::template_reader::TemplateReader;
use crate::sandbox::error::RpcCode;
use crate::sandbox::provider::{ProviderRefusal, ProviderRefusalKind};

/// Longest wait that may be asked for, in seconds: a day.
const LONGEST_WAIT: u64 = 86_400;

/// Who says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Provider,
    Broker,
}

/// An error as the file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorAnswer {
    from: From,
    /// HTTP status, 400 to 599.
    status: u16,
    code: Option<String>,
    message: Template,
    retry_after: Option<u64>,
}

/// Refusal by the broker, ready to be sent.
#[derive(Clone, Debug)]
pub struct BrokerRefusal {
    pub rpc: RpcCode,
    /// Its `error_code`.
    pub code: String,
    pub message: String,
    /// Seconds to wait.
    pub retry_after: Option<u64>,
}

/// The codes of gRPC that are known, with their names and statuses. Reference: section 6.2.
const CODES: [(&str, u16, RpcCode); 12] = [
    ("INVALID_ARGUMENT", 400, RpcCode::InvalidArgument),
    ("FAILED_PRECONDITION", 400, RpcCode::FailedPrecondition),
    ("UNAUTHENTICATED", 401, RpcCode::Unauthenticated),
    ("PERMISSION_DENIED", 403, RpcCode::PermissionDenied),
    ("NOT_FOUND", 404, RpcCode::NotFound),
    ("ALREADY_EXISTS", 409, RpcCode::AlreadyExists),
    ("ABORTED", 409, RpcCode::Aborted),
    ("RESOURCE_EXHAUSTED", 429, RpcCode::ResourceExhausted),
    ("INTERNAL", 500, RpcCode::Internal),
    ("UNIMPLEMENTED", 501, RpcCode::Unimplemented),
    ("UNAVAILABLE", 503, RpcCode::Unavailable),
    ("DEADLINE_EXCEEDED", 504, RpcCode::DeadlineExceeded),
];

impl ErrorAnswer {
    /// Reads `error = { … }`.
    pub fn read(fields: Fields<'_>, templates: &TemplateReader<'_>) -> Option<Self> {
        let from = fields.word("from", &[("provider", From::Provider), ("broker", From::Broker)]);
        let from = from.unwrap_or(From::Provider);
        let code = fields.text("code");
        let named = CODES.iter().find(|(name, ..)| from == From::Broker && Some(*name) == code);
        let status = match fields
            .get("status")
            .map(|status| status.as_u64().and_then(|status| u16::try_from(status).ok()))
        {
            None => named.map(|(_, status, _)| *status),
            Some(Some(status)) if is_offered(from, status) => Some(status),
            Some(_) => {
                let statuses: Vec<_> = CODES.iter().map(|(_, status, _)| status.to_string()).collect();
                let which = match from {
                    From::Provider => "“status” must be a number from 400 to 599.".to_owned(),
                    From::Broker => format!("The broker has only these as “status”: {}.", without_repeats(&statuses)),
                };
                fields.tell("status", which);
                Some(400)
            }
        };
        if let (Some((name, expected, _)), Some(status)) = (named, status)
            && *expected != status
        {
            fields.tell("status", format!("{name} goes with the status {expected}."));
        }
        if code.is_some_and(|code| code.len() > 100) {
            fields.tell("code", "“code” has at most 100 characters.");
        }
        if status.is_none() && from == From::Broker {
            fields.tell_here("The broker's error needs a “status”, or one of gRPC's names as “code”.");
        }
        let status = status.unwrap_or(400);
        let message = fields.required_text("message");
        let message = message.map(|text| templates.text(text, &fields.place().key("message")));
        let retry_after = fields.count("retry_after", LONGEST_WAIT);
        fields.end();
        Some(Self { from, status, code: code.map(str::to_owned), message: message?, retry_after })
    }

    /// The broker's refusal, where it is the broker's.
    ///
    /// # Errors
    /// The message would be too large.
    pub fn of_broker(&self, values: &dyn Values) -> Result<Option<BrokerRefusal>, TooLarge> {
        if self.from == From::Provider {
            return Ok(None);
        }
        let by_name = CODES.iter().find(|(name, ..)| self.code.as_deref() == Some(*name));
        let known = by_name.or_else(|| CODES.iter().find(|(_, status, _)| *status == self.status));
        let (name, _, rpc) = known.copied().unwrap_or(("INTERNAL", 500, RpcCode::Internal));
        Ok(Some(BrokerRefusal {
            rpc,
            code: self.code.clone().unwrap_or_else(|| name.to_owned()),
            message: self.message.fill_text(values)?,
            retry_after: self.retry_after,
        }))
    }

    /// The provider's refusal.
    ///
    /// # Errors
    /// The message would be too large.
    pub fn of_provider(&self, values: &dyn Values) -> Result<ProviderRefusal, TooLarge> {
        let kind = match (self.status, self.retry_after) {
            (429, wait) => ProviderRefusalKind::TooOften(wait.unwrap_or(1)),
            (400, None) => ProviderRefusalKind::Input,
            (401, None) => ProviderRefusalKind::Unauthorized,
            (403, None) => ProviderRefusalKind::Forbidden,
            (404, None) => ProviderRefusalKind::NotFound,
            (status, wait) => ProviderRefusalKind::Failed { status, wait },
        };
        let code = match &self.code {
            Some(code) => super::codes::kept(code),
            None => CODES.iter().find(|(_, status, _)| *status == self.status).map_or("ERROR", |(name, ..)| name),
        };
        Ok(ProviderRefusal { kind, code, message: self.message.fill_text(values)? })
    }
}

/// Code of gRPC that a tool's failure comes with, by the provider's status. Statuses without a code of their own are a
/// guess.
pub fn rpc_code(status: u16) -> RpcCode {
    let known = CODES.iter().find(|(_, known, _)| *known == status).map(|(.., code)| *code);
    known.unwrap_or(if status < 500 { RpcCode::InvalidArgument } else { RpcCode::Internal })
}

fn is_offered(from: From, status: u16) -> bool {
    match from {
        From::Provider => (400..600).contains(&status),
        From::Broker => CODES.iter().any(|(_, known, _)| *known == status),
    }
}

fn without_repeats(words: &[String]) -> String {
    let mut words = words.to_vec();
    words.dedup();
    words.join(", ")
}
