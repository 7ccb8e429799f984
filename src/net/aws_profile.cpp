#include "net/aws_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace forecart {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The file that a variable names, else one below ~/.aws.
std::string aws_file(const Environment& environment, const char* variable, const char* name) {
  if (const auto path = environment(variable)) return *path;
  return fmt::format("{}/.aws/{}", environment("HOME").value_or(""), name);
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

}  // namespace

ProfileFile parse_profile_file(std::string_view text) {
  ProfileFile sections;
  std::map<std::string, std::string>* section = nullptr;
  std::string block;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (line.front() == '[') {
      block.clear();
      section = &sections[std::string(trimmed(content.substr(1, content.find(']') - 1)))];
      continue;
    }
    const std::size_t equals = content.find('=');
    if (section == nullptr || equals == std::string_view::npos) continue;
    const std::string name(trimmed(content.substr(0, equals)));
    const std::string value(trimmed(content.substr(equals + 1)));
    const bool nested = line.front() == ' ' || line.front() == '\t';
    if (!nested) block = value.empty() ? name : "";
    (*section)[nested && !block.empty() ? fmt::format("{}.{}", block, name) : name] = value;
  }
  return sections;
}

AwsProfile::AwsProfile(const Environment& environment)
    : name_(environment("AWS_PROFILE").value_or("default")) {
  const auto take = [&](const ProfileFile& file, const std::string& section) {
    const auto found = file.find(section);
    if (found == file.end()) return;
    exists_ = true;
    settings_.insert(found->second.begin(), found->second.end());
  };
  take(parse_profile_file(
           read_all(aws_file(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials"))),
       name_);
  const ProfileFile config =
      parse_profile_file(read_all(aws_file(environment, "AWS_CONFIG_FILE", "config")));
  take(config, name_ == "default" ? name_ : "profile " + name_);
  if (const std::string services = value("services"); !services.empty()) {
    take(config, "services " + services);
  }
}

std::string AwsProfile::value(const std::string& setting) const {
  const auto found = settings_.find(setting);
  return found == settings_.end() ? "" : found->second;
}

std::string aws_region(const Environment& environment) {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (const auto region = environment(name)) return *region;
  }
  return AwsProfile(environment).value("region");
}

std::string aws_endpoint(const Environment& environment, const std::string& service) {
  for (const std::string& name :
       {"AWS_ENDPOINT_URL_" + upper(service), std::string("AWS_ENDPOINT_URL")}) {
    if (const auto url = environment(name)) return *url;
  }
  const AwsProfile profile(environment);
  const std::string own = profile.value(service + ".endpoint_url");
  return own.empty() ? profile.value("endpoint_url") : own;
}

}  // namespace forecart
