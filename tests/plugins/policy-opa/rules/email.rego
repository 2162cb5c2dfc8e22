# SPDX-License-Identifier: Apache-2.0
package email

import rego.v1

violation contains {"msg": "no such domain", "code": "email-domain-banned"} if endswith(input.email, "@evil.example")
