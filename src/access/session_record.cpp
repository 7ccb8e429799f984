#include "access/session_record.h"

#include "store/sealed_json.h"

#include "access/record.h"

namespace forecart {

using nlohmann::json;

std::string to_text(const Session& session) {
  return sealed_text({{"user", session.user},
                      {"user_id", session.user_id},
                      {"generation", session.generation},
                      {"created", to_utc(session.created)},
                      {"seen", to_utc(session.seen)},
                      {"expires", to_utc(session.expires)},
                      {"ended", session.ended},
                      {"from", session.from}});
}

Session parse_session(std::string_view text) {
  return read_record(text, "a session (below access/sessions/)", [](const json& record) {
    return Session{.user = record.at("user").get<std::string>(),
                   .user_id = record.at("user_id").get<std::string>(),
                   .generation = record.at("generation").get<std::int64_t>(),
                   .created = from_utc(record.at("created").get<std::string>()),
                   .seen = from_utc(record.at("seen").get<std::string>()),
                   .expires = from_utc(record.at("expires").get<std::string>()),
                   .ended = record.at("ended").get<bool>(),
                   .from = record.value("from", "")};
  });
}

}  // namespace forecart
