#include "store/s3_settings.h"

#include "base/error.h"
#include "net/aws_profile.h"

#include <fmt/format.h>

#include <charconv>

namespace forecart {

namespace {

constexpr std::int64_t kSmallestPart = 5 << 20;  // S3 takes smaller ones only as the last
constexpr std::int64_t kLargestPart = std::int64_t{5} << 30;

[[noreturn]] void refuse(const std::string& name, const std::string& value,
                         const std::string& wanted) {
  throw Error(ErrorCode::invalid_value,
              fmt::format("{} is '{}', which is not {}", name, value, wanted));
}

/// A whole number of the environment within its limits.
std::int64_t number(const Environment& environment, const std::string& name, std::int64_t otherwise,
                    std::int64_t least, std::int64_t most) {
  const auto text = environment(name);
  if (!text) return otherwise;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < least || value > most) {
    refuse(name, *text, fmt::format("a whole number from {} to {}", least, most));
  }
  return value;
}

bool uses_path_style(const Environment& environment, bool custom) {
  const std::string name = "FORECART_S3_ADDRESSING";
  const std::string style =
      environment(name).value_or(AwsProfile(environment).value("s3.addressing_style"));
  if (style.empty() || style == "auto") return custom;
  if (style != "path" && style != "virtual") refuse(name, style, "path, virtual or auto");
  return style == "path";
}

}  // namespace

S3Settings s3_settings(const Environment& environment) {
  S3Settings settings;
  if (const std::string url = aws_endpoint(environment, "s3"); !url.empty()) {
    settings.endpoint = parse_url(url);
  }
  if (const std::string region = aws_region(environment); !region.empty()) {
    settings.region = region;
  }
  settings.names = aws_names(environment);
  settings.path_style = uses_path_style(environment, settings.endpoint.has_value());
  settings.encryption = environment("FORECART_S3_SSE").value_or("");
  settings.kms_key = environment("FORECART_S3_KMS_KEY").value_or("");
  if (!settings.kms_key.empty() && settings.encryption.empty()) settings.encryption = "aws:kms";
  if (!settings.encryption.empty() && settings.encryption != "AES256" &&
      settings.encryption != "aws:kms") {
    refuse("FORECART_S3_SSE", settings.encryption, "AES256 or aws:kms");
  }
  settings.deadline =
      std::chrono::seconds(number(environment, "FORECART_S3_DEADLINE", 60, 1, 3600));
  settings.part_bytes = number(environment, "FORECART_S3_PART_BYTES", settings.part_bytes,
                               kSmallestPart, kLargestPart);
  settings.parallel =
      static_cast<unsigned>(number(environment, "FORECART_S3_PARALLEL", settings.parallel, 1, 64));
  settings.ca_bundle = environment("AWS_CA_BUNDLE").value_or("");
  settings.work = environment("FORECART_WORK").value_or("");
  return settings;
}

}  // namespace forecart
