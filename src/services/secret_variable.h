#pragma once

#include "net/credentials.h"

#include <string>
#include <string_view>

namespace forecart {

/// Before the name of a secret that lies in AWS Secrets Manager.
inline constexpr std::string_view kSecretScheme = "secretsmanager:";

/// What AWS Secrets Manager calls the secret that "secretsmanager:ARN#MEMBER" stands for: an ARN or
/// a name. Empty where the text is no such reference.
std::string secret_id(std::string_view text);

/// What a variable of the environment says of a secret: the secret itself, or where AWS Secrets
/// Manager has it, as "secretsmanager:ARN" or "secretsmanager:NAME", with "#MEMBER" for one text of
/// an object of JSON. Empty where the variable is not set. Throws Error as SecretsManager does, and
/// bad_data where there is no such member; no message has any of the secret.
std::string secret_variable(const Environment& environment, const std::string& name);

/// The same of a text that the variable `name` may have held.
std::string secret_text(const Environment& environment, const std::string& text,
                        const std::string& name);

}  // namespace forecart
