#pragma once

#include "pipeline/repository.h"

#include <string>
#include <string_view>

namespace forecart {

/// A file of the inbox that no try could read, such as one whose key of encryption nobody may use.
/// Its bytes cannot be moved: it lies where it is, and is left alone until it changes or
/// forecart uploads --retry. `dead/<dataset>/unread-<id>.json` says why, the empty object of the
/// same name below `work/<dataset>/` tells the queue.
inline constexpr std::string_view kUnread = "unread-";

/// "unread-<id>.json": tells this version of the object from others.
std::string unread_name(const ObjectInfo& object);

void leave_unread(Repository& repository, const std::string& dataset, const ObjectInfo& object,
                  const std::string& code, const std::string& message);

/// It is tried again, as if it had just come. `name` as unread_name gives it.
void try_unread_again(Repository& repository, const std::string& dataset, const std::string& name);

}  // namespace forecart
