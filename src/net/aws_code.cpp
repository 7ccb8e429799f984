#include "net/aws_code.h"

#include <algorithm>
#include <array>

namespace forecart {

namespace {

// As botocore has them (retries/standard.py), and their twins with a status of 500; without
// LimitExceededException, which says of logs, data sets and streams that there are too many.
constexpr std::array<std::string_view, 23> kPassing{
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "PriorRequestNotComplete",
    "SlowDown",
    "EC2ThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "KMSThrottlingException",
    "IDPCommunicationError",
};

constexpr std::array<std::string_view, 6> kExpired{
    "ExpiredToken",         "ExpiredTokenException",       "InvalidToken",
    "TokenRefreshRequired", "UnrecognizedClientException", "InvalidClientTokenId"};

template <std::size_t N>
bool has(const std::array<std::string_view, N>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

bool is_passing_code(std::string_view code) {
  return has(kPassing, code);
}

bool is_passing_status(int status) {
  return status == 500 || status == 502 || status == 503 || status == 504 || status == 429 ||
         status == 408;
}

bool is_expired_credentials(std::string_view code) {
  return has(kExpired, code);
}

}  // namespace forecart
