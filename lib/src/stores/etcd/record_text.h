// A record as the value of its key in etcd.
#pragma once

#include <string>

#include "lib/src/stores/record.h"

namespace leasehold::stores {

/// Where no clock judges.
inline constexpr const char* etcd_domain = "etcd";

/// One line of JSON, the same for equal records. Numbers that may need 64 bits are texts, for
/// programs that read JSON numbers as floating point; an info that is no UTF-8 is base64. What is
/// empty or goes without saying is left out.
std::string etcd_text_of(const Record& record);
/// An empty text is a record that was never written. Throws `EtcdFailure` (misuse) if the text was
/// written by a newer program, or by somebody else.
Record etcd_record_of(const std::string& text);

}  // namespace leasehold::stores
