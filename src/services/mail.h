#pragma once

#include <string>
#include <vector>

namespace forecart {

/// A server that takes mail by SMTP.
struct MailServer {
  std::string address;  ///< smtp://HOST:PORT, which must offer STARTTLS unless it is this host, or
                        ///< smtps://HOST:PORT
  std::string user{};   ///< "": none is asked for
  std::string password{};
  std::string ca_bundle{};  ///< a file of certificates to trust in place of the system's
};

struct Mail {
  std::string from;
  std::vector<std::string> to;
  std::string subject;
  std::string text;
};

/// Throws Error unavailable where the server did not take it; the message names its host and no
/// secret. User and password are only sent encrypted, or to this host.
void send_mail(const MailServer& server, const Mail& mail);

/// The message as it goes over the line: headers, then the text in UTF-8, lines ended by CR LF.
std::string mail_text(const Mail& mail, const std::string& date);

}  // namespace forecart
