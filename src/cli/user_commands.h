#pragma once

#include "cli/commands.h"
#include "cli/options.h"
#include "pipeline/repository.h"

#include "access/access.h"

#include <memory>
#include <string>
#include <vector>

namespace forecart {

/// Flags of all commands below `forecart user`.
struct UserFlags {
  std::string repository;
  std::string name;
  std::string role;
  std::vector<std::string> datasets;
  bool password_stdin = false;
  bool no_password = false;
  std::string issuer;
  std::string subject;
  std::string token;  ///< name or id
  std::uint64_t days = 90;
  std::uint64_t most = 100;
  CommonFlags common;
};

/// Who may what in a repository, asked from this host.
class LocalAccess {
 public:
  explicit LocalAccess(const std::string& place)
      : repository_(Repository::open(place)), access_(repository_.store()) {}

  Access* operator->() { return &access_; }
  /// The names, of which each has to be a data set of the repository or kAllDatasets. Throws Error
  /// unknown_name.
  Grants known(const std::vector<std::string>& datasets) const;

 private:
  Repository repository_;
  Access access_;
};

/// "local:shop": who is signed in to this host.
Actor local_actor();

/// Says what was done: {"user": "ann", "done": "role"} for machines, the text as a note else.
ExitStatus tell_done(const UserFlags& flags, const std::string& done, const std::string& text);

/// Rows of words in columns, the first row above them.
std::string columns(const std::vector<std::vector<std::string>>& rows);

using UserAction = ExitStatus (*)(const UserFlags&);

/// A command below `user` or below another one, with the flags that all have.
CLI::App* add_user_action(CLI::App& parent, const std::string& name, const std::string& what,
                          const std::shared_ptr<UserFlags>& flags);
/// When the command is given, it is chosen.
void choose(CLI::App& command, const std::shared_ptr<UserFlags>& flags, Command& chosen,
            UserAction action);

/// `forecart user token ...` and `forecart user audit`.
void add_user_token_commands(CLI::App& user, Command& chosen);
void add_user_audit_command(CLI::App& user, Command& chosen);

}  // namespace forecart
