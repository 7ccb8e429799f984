#include "models/net/protobuf.h"

namespace forecart::net {

void ProtobufWriter::add(std::uint32_t field, std::string_view bytes) {
  add_tag(field, kLengthDelimited);
  add_varint(bytes.size());
  bytes_ += bytes;
}

void ProtobufWriter::add(std::uint32_t field, const ProtobufWriter& message) {
  add(field, std::string_view(message.bytes_));
}

void ProtobufWriter::add_tag(std::uint32_t field, std::uint32_t kind) {
  add_varint((field << 3U) | kind);
}

/// Seven bits to a byte, the lowest first; the highest bit says that more follow.
void ProtobufWriter::add_varint(std::uint64_t value) {
  constexpr std::uint64_t kMore = 0x80;
  for (; value >= kMore; value >>= 7U) {
    bytes_ += static_cast<char>(static_cast<unsigned char>(value | kMore));
  }
  bytes_ += static_cast<char>(static_cast<unsigned char>(value));
}

}  // namespace forecart::net
