#include "base/error.h"
#include "store/sealed_json.h"

#include "access/audit.h"
#include "access/network_address.h"
#include "access/password.h"
#include "access/secret.h"
#include "access/session_record.h"
#include "access/user_table.h"
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace forecart;  // NOLINT(google-build-using-namespace)
using nlohmann::json;

namespace {

/// What reads a text of ours refuses it with Error bad_data or newer_version, or reads what it
/// would write again.
template <typename Read>
void read_and_write(std::string_view text, const Read& read) {
  try {
    const std::string again = to_text(read(text));
    if (to_text(read(again)) != again) std::abort();
  } catch (const Error& error) {
    const bool newer = error.code() == ErrorCode::newer_version;
    if (error.code() != ErrorCode::bad_data && !newer) std::abort();
  }
}

void read_all(std::string_view text) {
  read_and_write(text, parse_user_table);
  read_and_write(text, parse_session);
  read_and_write(text, parse_audit_entry);
}

void check_texts(std::string_view text) {
  for (const auto kind : {SecretKind::session, SecretKind::token, SecretKind::first_admin}) {
    static_cast<void>(is_secret(kind, text));
  }
  static_cast<void>(csrf_holds(text, text));
  static_cast<void>(network_of(text));
  try {
    check_password(text, "root");
    check_password("a sentence of many words", user_name(text));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_value) std::abort();
  }
}

/// One of the records, with one of its values replaced: the seal of what comes out holds.
std::string changed_record(std::string_view choices, std::string_view value) {
  static const json records = json::parse(
      R"([{"format":1,"revision":3,"users":[{"name":"a","id":"b","role":"admin","grants":["o"],
      "disabled":false,"password_hash":"","created":"2026-11-27T12:00:00Z","generation":1,
      "subject":{"issuer":"i","id":"s"},"tokens":[{"id":"t","name":"n","hash":"h",
      "scope":{"role":"viewer","datasets":["o"]},"created":"2026-11-27T12:00:00Z",
      "expires":"2026-11-28T12:00:00Z"}]}]},
      {"user":"a","user_id":"b","generation":1,"created":"2026-11-27T12:00:00Z",
      "seen":"2026-11-27T12:00:00Z","expires":"2026-11-27T12:00:00Z","ended":false},
      {"at":"2026-11-27T12:00:00Z","who":"a","from":"","what":"x","on":"","outcome":"done",
      "detail":null,"stamp":"s"}])");
  json record = records[static_cast<unsigned char>(choices[0]) % records.size()];
  json* at = &record;
  for (const char choice : choices.substr(1)) {
    if (!at->is_structured() || at->empty()) break;
    auto child = at->begin();
    std::advance(child, static_cast<unsigned char>(choice) % at->size());
    at = &*child;
  }
  const json parsed = json::parse(value, nullptr, false);
  if (!parsed.is_discarded()) *at = parsed;
  return sealed_text(record);
}

}  // namespace

/// Texts that come from outside, and records of a store that somebody else may write to: as they
/// are, with a seal that holds, and with a value of one of ours changed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kChoices = 6;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_texts(text);
  read_all(text);
  if (const json record = json::parse(text, nullptr, false); record.is_object()) {
    read_all(sealed_text(record));
  }
  if (size > kChoices) read_all(changed_record(text.substr(0, kChoices), text.substr(kChoices)));
  return 0;
}
