# SPDX-License-Identifier: Apache-2.0
package client_registration

import rego.v1

violation contains {"msg": sprintf("redirect_uri %s", [uri]), "redirect_uri": uri} if {
	some uri in input.client_metadata.redirect_uris
	not startswith(uri, "https://")
}
