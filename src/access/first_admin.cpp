#include "store/sealed_json.h"

#include "access/access.h"
#include "access/audited.h"
#include "access/record.h"
#include "access/secret.h"

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kFirstAdminKey = "access/first_admin.json";

}  // namespace

std::optional<std::string> Access::offer_first_admin() {
  if (has_users()) return std::nullopt;
  const std::string secret = make_secret(SecretKind::first_admin);
  const Instant expires = options_.clock() + options_.first_admin_valid;
  store_.put(kFirstAdminKey,
             sealed_text({{"hash", secret_hash(secret)}, {"expires", to_utc(expires)}}));
  return secret;
}

bool Access::is_first_admin_link(std::string_view secret, std::string_view address) {
  if (!is_secret(SecretKind::first_admin, secret)) return false;
  budget_.spend(address);  // nobody guesses 256 bits, but each look costs a read
  if (has_users()) return false;
  const auto text = store_.read(kFirstAdminKey);
  if (!text) return false;
  return read_record(*text, "the link of the first admin", [&](const json& record) {
    const Instant expires = from_utc(record.at("expires").get<std::string>());
    return record.at("hash") == secret_hash(secret) && options_.clock() < expires;
  });
}

/// False where somebody else was the first meanwhile.
bool Access::add_first(const User& admin) {
  bool was_first = true;
  try {
    directory_.change([&](UserTable& table) {
      was_first = table.users.empty();
      if (!was_first) throw Error(ErrorCode::conflict, "there is an admin already; sign in");
      table.users.emplace(admin.name, admin);
    });
  } catch (const Error&) {
    if (was_first) throw;
  }
  return was_first;
}

SignIn Access::redeem_first_admin(std::string_view secret, std::string_view name,
                                  std::string_view password, const Caller& caller) {
  if (!is_first_admin_link(secret, caller.address)) return refused(nullptr, "link", caller);
  const User admin = made({.name = std::string(name),
                           .role = Role::admin,
                           .grants = {},
                           .password = std::string(password),
                           .subject = {}});
  if (admin.password_hash.empty())
    check_password(password, admin.name);  // none is not allowed here
  if (!add_first(admin)) return refused(nullptr, "link", caller);
  store_.remove(kFirstAdminKey);
  audit_.write({.by = {admin.name, caller.address}, .what = "user.first_admin", .on = admin.name});
  return granted(std::make_shared<const User>(admin), caller);
}

}  // namespace forecart
