//! Messages of a method, on the wire.

use prost::Message as _;
use prost_reflect::{DynamicMessage, MessageDescriptor};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

/// Reads messages of one type, and writes those of any.
pub struct MessageCodec {
    pub input: MessageDescriptor,
}

pub struct MessageEncoder;

pub struct MessageDecoder {
    message: MessageDescriptor,
}

impl Codec for MessageCodec {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = MessageEncoder;
    type Decoder = MessageDecoder;

    fn encoder(&mut self) -> MessageEncoder {
        MessageEncoder
    }

    fn decoder(&mut self) -> MessageDecoder {
        MessageDecoder { message: self.input.clone() }
    }
}

impl Encoder for MessageEncoder {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, message: DynamicMessage, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message.encode(buffer).map_err(|error| Status::internal(format!("The answer could not be written: {error}.")))
    }
}

impl Decoder for MessageDecoder {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        // gRPC has INTERNAL for bytes that are no message of the type: both sides should know it.
        let message = DynamicMessage::decode(self.message.clone(), buffer);
        message
            .map(Some)
            .map_err(|error| Status::internal(format!("The message is no {}: {error}.", self.message.full_name())))
    }
}
