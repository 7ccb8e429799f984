#pragma once

#include "store/store.h"

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What S3 says where it refuses. All empty where the text is no such answer.
struct S3Error {
  std::string code;
  std::string message;
  std::string region;    ///< of the bucket, where it is another one
  std::string endpoint;  ///< host to ask instead
};
S3Error parse_s3_error(std::string_view xml);

/// One page of ListObjectsV2, asked for with encoding-type=url.
struct S3Page {
  std::vector<ObjectInfo> objects;  ///< keys as in the bucket, versions are ETags without quotes
  std::string next;                 ///< token of the next page; empty after the last
};
/// Throws Error bad_data where the text is no such page.
S3Page parse_s3_page(std::string_view xml);

/// An upload in parts that was begun and not ended.
struct S3Upload {
  std::string key;
  std::string id;
  Instant begun = {};
};

/// One page of ListMultipartUploads. Both markers are empty after
/// the last. Throws Error bad_data where the text is no such page.
struct S3UploadsPage {
  std::vector<S3Upload> uploads = {};
  std::string next_key = {};
  std::string next_id = {};
};
S3UploadsPage parse_s3_uploads(std::string_view xml);

/// UploadId of an answer to CreateMultipartUpload. Throws Error bad_data where there is none.
std::string parse_upload_id(std::string_view xml);

/// Body of CompleteMultipartUpload for the tags of parts 1, 2, …
std::string completed_parts(const std::vector<std::string>& tags);

/// An object to remove unless it has another tag by now.
struct S3Removal {
  std::string key;  ///< is_xml_text
  std::string tag;
};
/// Body of DeleteObjects, of at most 1,000.
std::string removal_list(const std::vector<S3Removal>& removals);
/// Keys that an answer to DeleteObjects says are gone. Throws Error bad_data where it is none.
std::vector<std::string> parse_removed(std::string_view xml);
/// Whether XML can carry a key unchanged: it has no control characters, which parsers may not take
/// or change.
bool is_xml_text(std::string_view key);

/// An ETag without the quotes around it.
std::string unquoted(std::string_view tag);

}  // namespace forecart
