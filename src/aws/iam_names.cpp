#include "aws/iam_names.h"

#include "base/ascii.h"
#include "base/error.h"
#include "net/aws_service.h"
#include "net/uri.h"
#include "store/location.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>

namespace forecart {

namespace {

[[noreturn]] void refuse(const char* what, const std::string& text, const char* remedy) {
  throw Error(ErrorCode::invalid_value, fmt::format("{} is '{}'; {}", what, text, remedy));
}

/// Letters, digits and what else names of AWS may have, none of which is special to IAM.
bool is_name(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-_./+=@").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

StoreLocation place_of(const std::string& text) {
  const StoreLocation place(text);
  if (place.is_local()) refuse("a place of S3", text, "write s3://BUCKET/PREFIX");
  return place;
}

}  // namespace

IamNames::IamNames(const std::string& region, const std::string& account)
    : partition_(aws_partition(region).name), region_(region), account_(account) {
  constexpr std::size_t kDigits = 12;
  const bool is_account = account.size() == kDigits && std::ranges::all_of(account, is_ascii_digit);
  if (!account.empty() && !is_account) refuse("the account", account, "give its 12 digits");
}

std::string IamNames::arn(const std::string& text, const char* what) {
  const bool special = text.find_first_of("*?$ ") != std::string::npos;
  if (!text.starts_with("arn:") || std::ranges::count(text, ':') < 5 || special) {
    refuse(what, text, "give its whole ARN, as arn:aws:SERVICE:REGION:ACCOUNT:NAME, without *");
  }
  return text;
}

std::string IamNames::runs_of(const std::string& state_machine) {
  constexpr std::string_view kKind = ":stateMachine:";
  std::string runs = arn(state_machine, "the state machine");
  const std::size_t at = runs.find(kKind);
  if (at == std::string::npos) {
    refuse("the state machine", state_machine,
           "give its ARN, arn:aws:states:REGION:ACCOUNT:stateMachine:NAME");
  }
  return runs.replace(at, kKind.size(), ":execution:") + ":*";
}

std::string IamNames::queue(const std::string& text) const {
  static const std::regex kAddress(R"(https://sqs\.([a-z0-9-]+)\.[a-z0-9.]+/(\d{12})/([\w.-]+))");
  if (text.starts_with("arn:")) return arn(text, "the queue");
  std::smatch found;
  if (std::regex_match(text, found, kAddress)) {
    return fmt::format("arn:{}:sqs:{}:{}:{}", aws_partition(found[1].str()).name, found[1].str(),
                       found[2].str(), found[3].str());
  }
  if (!is_name(text)) refuse("the queue", text, "give its address, its ARN or its name");
  return made("sqs", text);
}

std::string IamNames::secret(const std::string& text) const {
  if (text.starts_with("arn:")) return arn(text, "the secret");
  if (!is_name(text)) refuse("the secret", text, "give its ARN or its name in Secrets Manager");
  return made("secretsmanager", fmt::format("secret:{}-??????", text));
}

std::string IamNames::key(const std::string& text) const {
  if (text.find("alias/") != std::string::npos) {
    refuse("the key", text,
           "IAM does not know keys by aliases; give the ARN of the key: aws kms describe-key");
  }
  if (text.starts_with("arn:")) return arn(text, "the key");
  if (!is_name(text)) refuse("the key", text, "give its ARN or its id in KMS");
  return made("kms", fmt::format("key/{}", text));
}

std::string IamNames::image(const std::string& text) const {
  static const std::regex kImage(
      R"((\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.]+/([a-z0-9._/-]+)(?:[:@].*)?)");
  std::smatch found;
  if (!std::regex_match(text, found, kImage)) {
    refuse("the image", text,
           "SageMaker takes those of ECR, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG");
  }
  return fmt::format("arn:{}:ecr:{}:{}:repository/{}", aws_partition(found[2].str()).name,
                     found[2].str(), found[1].str(), found[3].str());
}

std::string IamNames::objects(const std::string& place) const {
  const StoreLocation at = place_of(place);
  return fmt::format("{}/{}*", bucket(place),
                     at.prefix().empty() ? "" : escaped(at.prefix()) + "/");
}

std::string IamNames::bucket(const std::string& place) const {
  return fmt::format("arn:{}:s3:::{}", partition_, place_of(place).bucket());
}

std::string IamNames::escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool special = c == '*' || c == '?' || c == '$';
    result += special ? fmt::format("${{{}}}", c) : std::string(1, c);
  }
  return result;
}

std::string IamNames::made(const char* service, const std::string& resource) const {
  if (!region_.empty() && !account_.empty()) {
    return fmt::format("arn:{}:{}:{}:{}:{}", partition_, service, region_, account_, resource);
  }
  throw Error(ErrorCode::usage, fmt::format("the account and region of {} '{}' are not told; give "
                                            "--account and --region, or its ARN",
                                            service, resource));
}

}  // namespace forecart
