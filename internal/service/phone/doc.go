// Package phone lets a phone in the same local network use the app of a computer
// at home, where there is no name and no certificate that a browser knows.
//
// Browsers open the camera and keep an app offline only over TLS that they trust.
// So the computer makes a certificate authority of its own ([Open]), whose key
// never leaves the data folder and which can vouch for private addresses only.
// The phone is shown a page over plain HTTP ([Install]) from which it installs the
// authority's certificate; what is installed is compared by its fingerprint with
// the one on the computer's own screen, since whoever else is in the network could
// change a page on its way. After that everything goes over TLS.
package phone
