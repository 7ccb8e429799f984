#include "services/secrets_manager.h"

#include "services/aws_json.h"
#include "services/aws_services.h"
#include "services/base64url.h"

#include <nlohmann/json.hpp>

namespace forecart {

SecretsManager::SecretsManager(const AwsAccess& access) : client_(kSecretsManager, access) {}

std::string SecretsManager::secret(const std::string& id) {
  const nlohmann::json answer = client_.call("GetSecretValue", {{"SecretId", id}});
  if (std::string text = aws_text(answer, "SecretString"); !text.empty()) return text;
  auto bytes = parse_base64(aws_text(answer, "SecretBinary"));
  if (bytes && !bytes->empty()) return std::move(*bytes);
  throw AwsError(ErrorCode::bad_data, "secrets_manager GetSecretValue: the secret is empty");
}

}  // namespace forecart
