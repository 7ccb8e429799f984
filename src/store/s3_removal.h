#pragma once

#include "store/s3_client.h"

#include <span>
#include <string>
#include <vector>

namespace forecart {

/// ObjectStore::remove_all_unchanged for objects whose keys in the bucket begin with `root`. Looks
/// at each (HEAD), then removes a thousand with a request; where one cannot be removed so, alone.
/// A removal ends within twice the client's deadline of the look before it. The tag goes with the
/// request: servers that know conditional removals leave what was written since the look, unless it
/// is the same content. Throws Error for what may not be removed.
std::vector<bool> remove_unchanged(S3Client& client, const std::string& root,
                                   std::span<const ObjectInfo> objects);

}  // namespace forecart
