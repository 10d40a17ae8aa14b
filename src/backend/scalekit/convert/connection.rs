//! Connections, from the wire to the domain.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::lenient::lenient;
use crate::backend::scalekit::wire::connections::ListConnection;
use crate::backend::scalekit::words;
use crate::domain::{Connection, ConnectionId, ConnectionName, JsonText, Provider};

/// A connection, with the text it came in: `raw` must be a part of `body`.
pub fn connection(body: &Bytes, raw: &RawValue) -> Connection {
    let wire: ListConnection = lenient(raw);
    Connection {
        id: ConnectionId::new(wire.id),
        name: ConnectionName::new(wire.key_id),
        provider: Provider::new(wire.provider_key),
        authorization: words::authorization(&wire.connection_type),
        status: words::connection_status(&wire.status),
        enabled: wire.enabled,
        raw: JsonText::within(body, raw),
    }
}

#[cfg(test)]
mod tests {
    use super::super::row;
    use super::*;
    use crate::domain::ConnectionStatus;

    #[test]
    fn a_connection_goes_by_its_key_id() {
        let wire = r#"{"id":"conn_1","provider":null,"type":"OAUTH","status":"COMPLETED","enabled":true,
            "provider_key":"LINEAR","key_id":"linear"}"#;
        let connection = row(connection, wire);
        assert_eq!((connection.name.raw(), connection.provider.raw()), ("linear", "LINEAR"));
        assert_eq!((connection.status, connection.enabled), (ConnectionStatus::Completed, true));
        assert_eq!(connection.raw.raw(), wire);
    }
}
