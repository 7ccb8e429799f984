#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace forecart::net {

/// Writes one message of Protocol Buffers in its wire format: fields one after the other, each with
/// its number and kind before it. Messages inside are written on their own and added as bytes.
class ProtobufWriter {
 public:
  /// A varint field: int32, int64, enum or bool. The number of a field is 1 to 2^29 - 1.
  template <std::integral Number>
  void add(std::uint32_t field, Number value) {
    add_tag(field, kVarint);
    add_varint(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
  }
  /// A length-delimited field: a string or bytes.
  void add(std::uint32_t field, std::string_view bytes);
  /// The same with another message.
  void add(std::uint32_t field, const ProtobufWriter& message);

  const std::string& bytes() const { return bytes_; }

 private:
  static constexpr std::uint32_t kVarint = 0;
  static constexpr std::uint32_t kLengthDelimited = 2;

  void add_tag(std::uint32_t field, std::uint32_t kind);
  void add_varint(std::uint64_t value);

  std::string bytes_;
};

}  // namespace forecart::net
