#include "store/s3_xml.h"

#include "base/error.h"
#include "net/uri.h"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <sstream>

namespace forecart {

namespace {

// pugixml's trees are walked and freed without recursion, so depth does no harm.
pugi::xml_document parse(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) document.reset();
  return document;
}

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream text;
  document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return text.str();
}

/// With encoding-type=url keys are encoded as in a form: a space may come as "+".
std::string decoded_key(std::string key) {
  std::replace(key.begin(), key.end(), '+', ' ');
  return uri_decode(key);
}

ObjectInfo parse_object(const pugi::xml_node& contents, bool encoded) {
  const auto modified = parse_instant(contents.child_value("LastModified"), TimeZone());
  const pugi::xml_text size = contents.child("Size").text();
  const std::string key = contents.child_value("Key");
  if (!modified || size.as_llong(-1) < 0 || key.empty()) {
    throw Error(ErrorCode::bad_data,
                "the store's listing names an object without key, size or time");
  }
  return {.key = encoded ? decoded_key(key) : key,
          .size = size.as_llong(),
          .version = unquoted(contents.child_value("ETag")),
          .modified = *modified};
}

}  // namespace

std::string unquoted(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') {
    tag = tag.substr(1, tag.size() - 2);
  }
  return std::string(tag);
}

S3Error parse_s3_error(std::string_view xml) {
  if (xml.empty()) return {};
  const pugi::xml_document document = parse(xml);
  const pugi::xml_node error = document.child("Error");
  return {.code = error.child_value("Code"),
          .message = error.child_value("Message"),
          .region = error.child_value("Region"),
          .endpoint = error.child_value("Endpoint")};
}

S3Page parse_s3_page(std::string_view xml) {
  const pugi::xml_document document = parse(xml);
  const pugi::xml_node result = document.child("ListBucketResult");
  if (!result) throw Error(ErrorCode::bad_data, "the store's answer is no listing");
  S3Page page;
  const bool encoded = std::string_view(result.child_value("EncodingType")) == "url";
  for (const pugi::xml_node& contents : result.children("Contents")) {
    page.objects.push_back(parse_object(contents, encoded));
  }
  if (result.child("IsTruncated").text().as_bool()) {
    page.next = result.child_value("NextContinuationToken");
    if (page.next.empty()) {
      throw Error(ErrorCode::bad_data, "the store's listing goes on but does not say how");
    }
  }
  return page;
}

S3UploadsPage parse_s3_uploads(std::string_view xml) {
  const pugi::xml_document document = parse(xml);
  const pugi::xml_node result = document.child("ListMultipartUploadsResult");
  if (!result) throw Error(ErrorCode::bad_data, "the store's answer is no list of uploads");
  S3UploadsPage page;
  for (const pugi::xml_node& upload : result.children("Upload")) {
    const auto begun = parse_instant(upload.child_value("Initiated"), TimeZone());
    const std::string id = upload.child_value("UploadId");
    if (!begun || id.empty()) {
      throw Error(ErrorCode::bad_data, "the store's list of uploads names one without id or time");
    }
    page.uploads.push_back({upload.child_value("Key"), id, *begun});
  }
  if (result.child("IsTruncated").text().as_bool()) {
    page.next_key = result.child_value("NextKeyMarker");
    page.next_id = result.child_value("NextUploadIdMarker");
    if (page.next_key.empty()) {
      throw Error(ErrorCode::bad_data, "the store's list of uploads goes on but does not say how");
    }
  }
  return page;
}

std::string parse_upload_id(std::string_view xml) {
  const pugi::xml_document document = parse(xml);
  std::string id = document.child("InitiateMultipartUploadResult").child_value("UploadId");
  if (id.empty()) throw Error(ErrorCode::bad_data, "the store began no upload in parts");
  return id;
}

std::string completed_parts(const std::vector<std::string>& tags) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  for (std::size_t i = 0; i < tags.size(); ++i) {
    pugi::xml_node part = root.append_child("Part");
    part.append_child("PartNumber").text() = static_cast<unsigned long>(i + 1);
    part.append_child("ETag").text() = fmt::format("\"{}\"", tags[i]).c_str();
  }
  return text_of(document);
}

std::string removal_list(const std::vector<S3Removal>& removals) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("Delete");
  root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
  for (const S3Removal& removal : removals) {
    pugi::xml_node object = root.append_child("Object");
    object.append_child("Key").text() = removal.key.c_str();
    if (removal.tag.empty()) continue;
    object.append_child("ETag").text() = fmt::format("\"{}\"", removal.tag).c_str();
  }
  return text_of(document);
}

std::vector<std::string> parse_removed(std::string_view xml) {
  const pugi::xml_document document = parse(xml);
  const pugi::xml_node result = document.child("DeleteResult");
  if (!result) throw Error(ErrorCode::bad_data, "the store's answer tells no removals");
  std::vector<std::string> keys;
  for (const pugi::xml_node& deleted : result.children("Deleted")) {
    keys.emplace_back(deleted.child_value("Key"));
  }
  return keys;
}

bool is_xml_text(std::string_view key) {
  return std::none_of(key.begin(), key.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace forecart
