#include "access/access_record.h"

#include "access/audit.h"
#include "access/record.h"
#include "access/session_record.h"
#include "access/user_directory.h"

namespace forecart {

void check_access_record(std::string_view key, std::string_view text) {
  if (key == kUsersKey) {
    static_cast<void>(parse_user_table(text));
  } else if (key.starts_with("access/sessions/")) {
    static_cast<void>(parse_session(text));
  } else if (key.starts_with("audit/")) {
    static_cast<void>(parse_audit_entry(text));
  } else if (key.starts_with("access/")) {
    static_cast<void>(open_record(text, key));
  }
}

}  // namespace forecart
