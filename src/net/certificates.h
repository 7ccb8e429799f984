#pragma once

#include <string>

namespace forecart {

/// The file of certificates to trust: the named one, where none is named certificates.pem beside
/// the program, as packages for hosts without any have it, else "", the system's.
std::string trusted_certificates(const std::string& named);

}  // namespace forecart
