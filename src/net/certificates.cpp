#include "net/certificates.h"

#include "base/beside_program.h"

namespace forecart {

std::string trusted_certificates(const std::string& named) {
  static const std::string kPackaged = beside_program("certificates.pem").string();
  return named.empty() ? kPackaged : named;
}

}  // namespace forecart
