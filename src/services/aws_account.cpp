#include "services/aws_account.h"

#include "base/error.h"

namespace forecart {

std::string aws_account(const AwsAccess& access) {
  AwsClient client(kSts, access);
  const std::string xml = client.call_form("GetCallerIdentity", {});
  std::string account = xml_text(xml, "GetCallerIdentityResponse/GetCallerIdentityResult/Account");
  if (!account.empty()) return account;
  throw AwsError(ErrorCode::bad_data, "sts GetCallerIdentity: the answer names no account");
}

}  // namespace forecart
