#pragma once

#include "store/s3_client.h"

#include <filesystem>
#include <optional>
#include <string>

namespace forecart {

/// Names of what the store writes beside an object.
inline constexpr const char* kHashHeader = "x-amz-meta-sha256";  ///< of the content
/// Of what came in parts: "<part bytes>-<MD5 of the MD5s of the parts>".
inline constexpr const char* kPartsHeader = "x-amz-meta-parts-md5";
inline constexpr const char* kWriterHeader = "x-amz-meta-writer";  ///< other for each write

/// Headers of everything that is written: encryption, and a writer of its own.
NamedValues writing_headers(const S3Settings& settings);

/// Copies a file in: whole, or in parts on several connections. What is on disk is read in blocks,
/// twice: once to hash it, so that the server can tell whether it got the same (by SHA-256 of the
/// whole, by MD5 of parts). Throws as
/// S3Client::expect.
void upload(S3Client& client, const std::string& key, const std::filesystem::path& file);

/// Copies an object to `target`, in parts on several connections where it is large, and verifies
/// its hash where the object carries one. Returns its tag; nothing, and no file, where the object
/// still has the tag `known`. Throws Error not_found; bad_data where the content is damaged.
std::optional<std::string> download(S3Client& client, const std::string& key,
                                    const std::filesystem::path& target, const std::string& known);

/// Ends uploads in parts of keys that begin with `prefix` and were begun before `before`.
void end_uploads(S3Client& client, const std::string& prefix, Instant before);

/// Whether the bytes are those that were written, as far as the answer tells: by our own hash, else
/// by a checksum of the store.
bool has_hash(const HttpResponse& response, std::string_view bytes);

/// How often what seems damaged is read before it counts as such: the line may have done it.
inline constexpr int kReadsOfDamage = 2;
/// Throws Error bad_data.
[[noreturn]] void throw_damaged(const std::string& place);

}  // namespace forecart
