import { type MaskedText, maskPhone } from '../../../shared/src/domain/mask.ts';

/** How an organization is reached; `servicePhone` is what a service point publishes, `phone` is not published. */
export interface ContactColumns {
  address: string | null;
  phone: string | null;
  servicePhone: string | null;
  hours: string | null;
}
export interface Contact extends Omit<ContactColumns, 'phone'> {
  phone: MaskedText | null;
}

const INSIDE = ['DEPARTMENT', 'INTERNAL'];

/** Contact as a variant may see it: outside department only of service points, the unpublished number never there and masked inside (§4.2). */
export function contactFor({ address, phone, servicePhone, hours }: ContactColumns, variant: string): Contact | null {
  const isInside = INSIDE.includes(variant);
  if (!isInside && servicePhone === null) return null;
  if (address === null && phone === null && servicePhone === null && hours === null) return null;
  return { address, phone: isInside && phone !== null ? maskPhone(phone) : null, servicePhone, hours };
}
