//! gRPC calls, as the vendor's SDKs make them, beside the REST requests that say the same.

mod changes;
mod descriptions;
mod faults;
mod frames;
mod json;
mod reads;
mod refusals;

use jackfield::testing::sandbox::Options;
use serde_json::Value;

use self::json::plain;
use super::{Answer, Env};
use crate::support::grpc_client::{GrpcClient, Outcome, plaintext};

/// A sandbox, and a client with a token for it.
pub struct Sdk {
    pub env: Env,
    pub grpc: GrpcClient,
}

/// A client without a token, over a plaintext connection of its own.
pub async fn stranger(env: &Env) -> GrpcClient {
    let authority = env.sandbox.url().authority();
    GrpcClient::new(plaintext(authority).await, authority)
}

impl Sdk {
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        Self::of(Env::with(options).await).await
    }

    pub async fn of(env: Env) -> Self {
        let grpc = stranger(&env).await.with_token(&env.token);
        Self { env, grpc }
    }

    /// The answer of a call and that of a REST request are the same, but for what only REST has.
    pub async fn same(&self, name: &str, message: Value, rest: impl Future<Output = Answer>) -> Value {
        let answer = self.grpc.answer(name, message).await;
        let rest = rest.await;
        assert!((200..300).contains(&rest.status), "{name}: {}", rest.text);
        assert_eq!(plain(&answer), plain(&rest.json()), "{name}");
        answer
    }

    /// A call is refused as a REST request is: with the code, the words and the details of its body.
    pub async fn refused_alike(&self, name: &str, message: Value, rest: impl Future<Output = Answer>) -> Outcome {
        let outcome = self.grpc.call(name, message).await;
        let rest = rest.await.json();
        let code = rest["code"].as_i64().unwrap_or_else(|| panic!("{name}: not refused: {rest}"));
        assert_eq!(outcome.refused(code.try_into().unwrap()), rest["message"].as_str().unwrap(), "{name}");
        // Code and message stand in the details once more; one SDK drops details that say otherwise.
        assert_eq!(self.grpc.details(&outcome).expect("details"), rest, "{name}");
        outcome
    }
}
